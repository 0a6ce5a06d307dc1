using System.Net;
using System.Text;
using StreamActors.Backends;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Upstreams;

/// <summary>One account of connections to model servers.</summary>
public class UpstreamHandlesTests
{
    private readonly UpstreamHandles _handles = new() { Most = 2 };

    [Fact]
    public async Task An_idle_connection_gives_way_to_another_backends_and_its_own_next_prompt_gets_a_new_one()
    {
        await using var one = new RawUpstream();
        await using var two = new RawUpstream();
        using var http = Client(one);
        using var other = Client(two);

        await AnsweredAsync(http, one);
        await AnsweredAsync(other, two);
        await BothAsync(other, two);

        await Eventually.HoldsAsync(() => Assert.Equal((0, 2), (one.OpenConnections, two.OpenConnections)));
        await AnsweredAsync(http, one);
        Assert.Equal(2, one.Connections);
        Assert.Equal(2, _handles.Open);
    }

    [Fact]
    public async Task Connections_in_use_are_not_closed_and_what_finds_none_in_time_is_told_that_it_is_busy_here()
    {
        await using var upstream = new RawUpstream();
        using var http = Client(upstream, connectTimeout: TimeSpan.FromSeconds(1));
        var (first, second) = (AskAsync(http), AskAsync(http));
        var calls = new[] { await upstream.NextCallAsync(), await upstream.NextCallAsync() };

        var third = await Assert.ThrowsAsync<BackendException>(() => AskAsync(http));
        Assert.Equal(EndReason.BackendBusy, third.Reason);
        Assert.Contains("ulimit -n", third.Cause);

        foreach (var call in calls)
            await call.AnswerAsync("200 OK", "{}");
        await Task.WhenAll(first, second);
        await AnsweredAsync(http, upstream);
    }

    [Fact]
    public async Task What_was_not_connected_takes_no_handle()
    {
        using var http = Client(new Uri("http://127.0.0.1:1"), TimeSpan.FromSeconds(1));
        for (var i = 0; i < 5; i++)
            Assert.Equal(EndReason.BackendUnreachable, (await Assert.ThrowsAsync<BackendException>(() => AskAsync(http))).Reason);

        Assert.Equal(0, _handles.Open);
    }

    private static async Task AnsweredAsync(HttpClient http, RawUpstream upstream)
    {
        var asking = AskAsync(http);
        await (await upstream.NextCallAsync()).AnswerAsync("200 OK", "{}");
        await asking;
    }

    /// <summary>Two at once, so that one of them needs a connection more.</summary>
    private static async Task BothAsync(HttpClient http, RawUpstream upstream)
    {
        var asking = Task.WhenAll(AskAsync(http), AskAsync(http));
        var calls = new[] { await upstream.NextCallAsync(), await upstream.NextCallAsync() };
        foreach (var call in calls)
            await call.AnswerAsync("200 OK", "{}");
        await asking;
    }

    private HttpClient Client(RawUpstream upstream, TimeSpan? connectTimeout = null) => Client(new Uri(upstream.Url), connectTimeout ?? TimeSpan.FromSeconds(5));

    private HttpClient Client(Uri url, TimeSpan connectTimeout) =>
        UpstreamClient.Create("up", url, UpstreamProtocol.OpenAi, new BackendOptions { ConnectTimeout = connectTimeout }, handles: _handles);

    private static async Task AskAsync(HttpClient http)
    {
        using var message = UpstreamHttp.Prompt("chat/completions", Encoding.UTF8.GetBytes("{}"), request: null);
        using var response = await UpstreamHttp.AskAsync(http, message, default);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.LoadIntoBufferAsync();
    }
}
