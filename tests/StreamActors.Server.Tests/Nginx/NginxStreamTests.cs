using System.Net;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Nginx;

/// <summary>The very bytes of a stream behind the real nginx.</summary>
[Collection(NginxTests.Name)]
public sealed class NginxStreamTests(NginxStage stage) : IDisposable
{
    private static readonly Version[] Protocols = [HttpVersion.Version11, HttpVersion.Version20];
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(TestCertificate.Trusting());

    public static TheoryData<string, string> Ways => Rows(NginxWay.All);

    public static TheoryData<string, string> AllWays => Rows([.. NginxWay.All, .. NginxWay.Buffering]);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_token_is_with_the_client_before_the_next_one_is_said(string way, string protocol)
    {
        var (asking, call) = await AskAsync(way, protocol);
        await call.EventAsync(Chunks.Content("token 0"));
        using var answer = await asking;
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());

        for (var i = 1; i <= 20; i++)
        {
            Assert.Contains($"token {i - 1}\"", await reader.ReadLineAsync().WaitAsync(Soon));
            await reader.ReadLineAsync().WaitAsync(Soon);
            await call.EventAsync(Chunks.Content($"token {i}"));
        }

        await call.FinishAsync();
        Assert.EndsWith("data: [DONE]\n\n", await reader.ReadToEndAsync().WaitAsync(Soon));
    }

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task A_long_answer_that_breaks_off_is_cut_and_one_that_ends_is_whole(string way, string protocol)
    {
        var (asking, call) = await LongAnswerAsync(way, protocol);
        await call.FinishAsync();
        using (var whole = await asking)
            Assert.EndsWith("data: [DONE]\n\n", await whole.Content.ReadAsStringAsync().WaitAsync(Soon));

        (asking, call) = await LongAnswerAsync(way, protocol);
        await call.CloseAsync();
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var cut = await asking;
            await cut.Content.ReadAsStringAsync().WaitAsync(Soon);
        });

        Assert.True(failure is HttpRequestException or IOException, failure.ToString());
        await Books.BalancedAsync(stage.Stage.Both.Server);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(Task<HttpResponseMessage> Asking, UpstreamCall Call)> LongAnswerAsync(string way, string protocol)
    {
        var (asking, call) = await AskAsync(way, protocol);
        for (var i = 0; i < 20; i++)
            await call.EventAsync(Chunks.Content(new string('x', 8_000)));
        return (asking, call);
    }

    private async Task<(Task<HttpResponseMessage> Asking, UpstreamCall Call)> AskAsync(string way, string protocol)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{stage.AddressOf(way)}/v1/chat/completions")
        {
            Content = new StringContent(ServerWithUpstream.Chat()),
            Version = Version.Parse(protocol),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var asking = _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var call = await stage.Stage.Both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        return (asking, call);
    }

    private static TheoryData<string, string> Rows(IEnumerable<NginxWay> ways)
    {
        var rows = new TheoryData<string, string>();
        foreach (var way in ways)
        {
            foreach (var protocol in Protocols)
                rows.Add(way.Name, protocol.ToString());
        }

        return rows;
    }
}
