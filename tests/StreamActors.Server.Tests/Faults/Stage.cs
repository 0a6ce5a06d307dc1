using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;
using StreamActors.Streaming;
using StreamActors.Server.Hosting;
using StreamActors.Server.Http;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Soak.Host;
using StreamActors.Sessions;

namespace StreamActors.Server.Tests.Faults;

/// <summary>
/// The real server on real sockets with a scripted model server behind it, all of the product's deadlines as shipped, and a
/// clock that only the test moves.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>The session that faults happen to.</summary>
    public const string Session = "staged";

    /// <summary>Less than as shipped, so that more is soon sent.</summary>
    private const int MaxEventBytes = 4 * 1024 * 1024;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly BackendRegistry _backends;

    private Stage(int? maxConcurrent)
    {
        var options = new BackendOptions { Url = new Uri(Upstream.Url), MaxConcurrent = maxConcurrent, MaxEventBytes = MaxEventBytes };
        Backend = new StagedBackend(new OpenAiCompatibleBackend("up", options));
        _backends = new BackendRegistry([(Backend, options)]);
    }

    public RawUpstream Upstream { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public StagedBackend Backend { get; }

    public BackendLoad Load => _backends.LoadOf(Backend.Name);

    public TestServer Server { get; private set; } = null!;

    public ActorSystem System => Server.Services.GetRequiredService<ActorSystem>();

    public TokenPaths Paths => Server.Services.GetRequiredService<TokenPaths>();

    /// <param name="maxConcurrent">How many generations the backend takes at once; null: any number.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<Stage> SetAsync(int? maxConcurrent = null, params (string Key, string Value)[] settings)
    {
        var stage = new Stage(maxConcurrent);
        await stage.StartAsync(settings);
        return stage;
    }

    /// <summary>Sends a prompt, which is the session's name, and waits until its session has it.</summary>
    public async Task<StagedStream> SubmitAsync(string session = Session)
    {
        var before = Accepted(session).Count;
        var client = await RawClient.PostChatAsync(Server, ServerWithUpstream.Chat(prompt: session), session);
        await Eventually.HoldsAsync(() => Assert.Equal(before + 1, Accepted(session).Count));
        return new StagedStream(this, client, session, Accepted(session)[^1].Trace);
    }

    /// <summary>Sends a prompt and waits until the model server has it.</summary>
    public async Task<StagedStream> AskAsync(string session = Session)
    {
        var stream = await SubmitAsync(session);
        stream.Call = await Upstream.NextCallAsync();
        return stream;
    }

    /// <summary>The model server answers the stream's call, or the next one, in full, and the client has all of it.</summary>
    public async Task AnswerInFullAsync(StagedStream stream)
    {
        // A call that was given up may come in after the one that took its place.
        while (stream.Call?.Head.Contains(stream.Trace, StringComparison.Ordinal) != true)
            stream.Call = await Upstream.NextCallAsync();
        await stream.Call.BeginEventsAsync();
        await stream.AnswerAsync(Chunks.Role, Chunks.Content("fresh"));
        Assert.Equal(Observed.Complete, await stream.SeesAsync());
        await stream.HasEndedAsync();
        Assert.Equal("completed", stream.Book.Outcome);
    }

    /// <summary>Moves the clock, and lets every generation and session hear of it.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        await SettleAsync();
        Time.Advance(time);
        await SettleAsync();
    }

    /// <summary>
    /// Every stream, generation and session has done what it was told so far. A client may have a word before the write that sent it has
    /// returned: time that passes then would be held against the client.
    /// </summary>
    public async Task SettleAsync()
    {
        foreach (var path in ActorTree.Islands(System).Concat(ActorTree.Sessions(System).OrderByDescending(path => path.Count(c => c == '/'))))
            await System.ActorSelection(path).Ask<ActorIdentity>(new Identify(null), Patience);
    }

    /// <summary>What the session does.</summary>
    public SessionPhase PhaseOf(string session) =>
        Server.Sessions.Find(new SessionKey(Caller.Local.Owner, session))!.Phase;

    /// <summary>Readiness fails and new prompts are refused from now on. Completes when the drain is over.</summary>
    public async Task<Task> DrainAsync()
    {
        var drained = Server.Services.GetRequiredService<Drain>().RunAsync();
        using var ready = await Server.Http.GetAsync("/readyz");
        Assert.Equal(503, (int)ready.StatusCode);
        using var refused = await RawClient.PostChatAsync(Server, ServerWithUpstream.Chat(), "late");
        var answer = await refused.ReadAnswerAsync();
        Assert.Equal("503 server_shutdown", Observed.Status(answer.Status, answer.Error.GetProperty("code").GetString()!));
        return drained;
    }

    /// <summary>Lets the drain see that nothing is open any more: it looks every 20 ms, twice at least.</summary>
    public async Task HasDrainedAsync(Task drained)
    {
        await Eventually.HoldsAsync(() => Assert.Equal(0, Server.Responses.Count));
        for (var looks = 0; looks < 50 && !drained.IsCompleted; looks++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.WhenAny(drained, Task.Delay(5));
        }

        Assert.True(drained.IsCompletedSuccessfully, "The drain goes on though nothing is open.");
    }

    public async ValueTask DisposeAsync()
    {
        // A test that failed may leave open what only the clock ends.
        var stop = Server.DisposeAsync().AsTask();
        while (!stop.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(stop, Task.Delay(5));
        }

        await stop;
        _backends.Dispose();
        await Upstream.DisposeAsync();
    }

    private IReadOnlyList<LogLine> Accepted(string session) =>
        [.. Server.Log.Of("stream_accepted").Select(LogLine.Parse).Where(line => line.Session == session)];

    private async Task StartAsync((string Key, string Value)[] settings) => Server = await TestServer.StartAsync(
        services => services.AddSingleton<TimeProvider>(Time).AddSingleton(_backends),
        [
            ("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:Url", Upstream.Url), ("Backends:up:Models:0", "m"),
            .. settings,
        ]);
}
