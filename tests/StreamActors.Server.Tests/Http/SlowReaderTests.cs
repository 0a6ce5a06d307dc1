using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>Clients that take no data.</summary>
public class SlowReaderTests
{
    private static readonly string Large = Chunks.Content(new string('x', 200_000));

    [Fact]
    public async Task A_client_that_takes_nothing_is_cut_after_the_write_timeout_and_its_upstream_closed()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Server:WriteTimeout", "00:00:00.300"));
        var (client, call) = await both.AskAsync(session: "slow");
        using var _ = client;
        await FloodAsync(call);

        await call.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync(() => Assert.Contains("reason=client_too_slow", Assert.Single(both.Server.Log.Of("stream_end"))));
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task The_time_for_which_the_client_takes_nothing_is_not_held_against_the_backend()
    {
        await using var both = await ServerWithUpstream.StartAsync(
            ("Server:WriteTimeout", "00:00:02"), ("Generations:IdleTimeout", "00:00:00.200"));
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await FloodAsync(call);

        await call.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync(() => Assert.Contains("reason=client_too_slow", Assert.Single(both.Server.Log.Of("stream_end"))));
    }

    [Fact]
    public async Task A_client_that_takes_nothing_delays_the_newer_prompt_by_no_more_than_its_last_frame()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskAsync(session: "slow");
        using var _ = client;
        await FloodAsync(call);

        var (newer, next) = await both.AskAsync(session: "slow");
        using var __ = newer;

        Assert.True(call.HasClosed);
        await next.AnswerAsync("400 Bad Request", """{"error":{"message":"enough"}}""");
        Assert.Equal(400, (await newer.ReadAnswerAsync()).Status);
        Assert.Empty(both.Server.Log.Of("prev_stream_timeout_on_cancel"));
        await Books.BalancedAsync(both.Server);
    }

    /// <summary>Sends until nobody takes any more: the client's buffers, the server's and the upstream's own are full.</summary>
    private static async Task FloodAsync(UpstreamCall call)
    {
        await call.BeginEventsAsync();
        for (var sent = 0; sent < 500; sent++)
        {
            var send = call.EventAsync(Large);
            if (await Task.WhenAny(send, call.Closed, Task.Delay(200)) != send)
                return;
        }
    }
}
