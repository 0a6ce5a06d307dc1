using StreamActors.Conformance.Checks;
using StreamActors.Server.Tests.Conformance.Servers;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Upstream;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Conformance;

/// <summary>The kit passes what keeps the promises, and finds in each broken server what is broken there, and nothing else.</summary>
[Collection(LoadTests.Name)]
public class ConformanceTests(ITestOutputHelper output)
{
    private const string Answered = "a prompt is answered";
    private const string OneAtATime = "one at a time at the model";
    private const string LooksCut = "a replaced answer looks cut";
    private const string Refused = "replaced, not streamed: refused";
    private const string BrokenLooksCut = "a broken answer looks cut";
    private const string BeforeFirstByte = "cancel before the first byte";
    private const string BeforeFirstToken = "disconnect before the first token";
    private const string MidStream = "disconnect in mid-stream";
    private const string SecondSession = "a second session is untouched";
    private const string Storm = "a storm of prompts";
    private const string Books = "the books balance";

    private static readonly string[] OfSessions =
        ["newest wins, 0 ms apart", "newest wins, 10 ms apart", "newest wins, 100 ms apart", OneAtATime, LooksCut, Refused, SecondSession, Storm];

    [Fact]
    public async Task This_server_passes_every_check()
    {
        await using var model = await UpstreamProcess.StartAsync();
        await using var server = await TestServer.StartAsync(model.AsBackend);

        var findings = await Kit.CheckAsync(server.Address, model, output);

        Assert.All(findings, finding => Assert.Equal(Verdict.Passed, finding.Verdict));
    }

    [Fact]
    public async Task This_server_with_its_demo_passes_what_can_be_seen_from_the_clients_side()
    {
        await using var server = await TestServer.StartAsync(
            ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "60"));

        var findings = await Kit.CheckAsync(server.Address, model: null, output);

        Assert.Equal([OneAtATime, BrokenLooksCut], findings.Of(Verdict.NotSeen));
        Assert.Equal(findings.Count - 2, findings.Of(Verdict.Passed).Count());
    }

    [Fact]
    public async Task Another_server_that_keeps_the_promises_passes_too() => await FailsAsync(model => new SessionProxy(model), []);

    [Fact]
    public async Task A_server_without_sessions_does_not_offer_them_and_is_judged_by_the_rest()
    {
        var findings = await CheckAsync(model => new PlainProxy(model));

        Assert.Equal(OfSessions, findings.Of(Verdict.NotOffered));
        Assert.Equal(findings.Count - OfSessions.Length, findings.Of(Verdict.Passed).Count());
        Assert.DoesNotContain(findings, finding => finding.Spoils);
    }

    [Fact]
    public async Task Starting_the_next_before_the_old_is_over_is_found() =>
        await FailsAsync(model => new OverlappingProxy(model), [OneAtATime, Storm]);

    [Fact]
    public async Task A_replaced_answer_that_ends_with_done_is_found() => await FailsAsync(model => new CompletingProxy(model), [LooksCut]);

    [Fact]
    public async Task A_replaced_answer_that_ends_properly_is_found() => await FailsAsync(model => new PoliteProxy(model), [LooksCut]);

    [Fact]
    public async Task A_status_that_clients_retry_is_found() => await FailsAsync(model => new ConflictProxy(model), [Refused]);

    [Fact]
    public async Task A_broken_answer_that_ends_with_done_is_found() => await FailsAsync(model => new TidyProxy(model), [BrokenLooksCut]);

    [Fact]
    public async Task A_disconnect_that_does_not_reach_the_model_is_found() => await FailsAsync(
        model => new DeafProxy(model), [BeforeFirstByte, BeforeFirstToken, MidStream, Books], new Bounds { Abort = TimeSpan.FromSeconds(2) });

    [Fact]
    public async Task A_second_session_that_suffers_is_found() => await FailsAsync(model => new TramplingProxy(model), [SecondSession, Storm]);

    [Fact]
    public async Task A_server_that_hangs_from_some_moment_on_is_found_and_not_asked_again()
    {
        var findings = await CheckAsync(model => new WedgingProxy(model), new Bounds { Answer = TimeSpan.FromSeconds(5) });

        Assert.Equal([BeforeFirstByte], findings.Of(Verdict.Failed));
        Assert.Equal([BeforeFirstToken, MidStream, "a client that reads nothing", SecondSession, Storm, Books], findings.Of(Verdict.NotRun));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_found_and_not_asked_again()
    {
        var findings = await CheckAsync(_ => new HangingServer(), new Bounds { Answer = TimeSpan.FromSeconds(1) });

        Assert.Equal([Answered], findings.Of(Verdict.Failed));
        Assert.Equal(findings.Count - 1, findings.Of(Verdict.NotRun).Count());
    }

    private async Task FailsAsync(Func<Uri, SmallServer> make, string[] expected, Bounds? bounds = null)
    {
        var findings = await CheckAsync(make, bounds);

        Assert.Equal(expected, findings.Of(Verdict.Failed));
        Assert.Equal(findings.Count - expected.Length, findings.Of(Verdict.Passed).Count());
    }

    private async Task<IReadOnlyList<Finding>> CheckAsync(Func<Uri, SmallServer> make, Bounds? bounds = null)
    {
        await using var model = await UpstreamProcess.StartAsync();
        await using var server = make(model.Address);
        await server.StartAsync();
        return await Kit.CheckAsync(server.Address, model, output, bounds);
    }
}
