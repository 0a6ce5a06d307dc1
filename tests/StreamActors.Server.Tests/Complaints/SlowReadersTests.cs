using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>Clients that stop reading.</summary>
public class SlowReadersTests
{
    private const int EventBytes = 200_000;
    private const int MostUnread = 48 * 1024 * 1024;
    private static readonly string Large = Chunks.Content(new string('x', EventBytes));

    /// <summary>BerriAI/litellm#30244</summary>
    [Fact]
    [Trait("complaint", "BerriAI/litellm#30244")]
    public async Task A_client_that_stops_reading_and_leaves_does_not_leave_the_backend_blocked_in_a_large_answer()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskAsync();
        var (_, blocked) = await FloodAsync(call);

        client.Dispose();

        await call.Closed.WaitAsync(Staging.Bound);
        await Assert.ThrowsAnyAsync<Exception>(() => blocked.WaitAsync(Staging.Bound));
        await Books.BalancedAsync(both.Server);
        Assert.Contains(" reason=client_disconnect ", Assert.Single(both.Server.Log.Of("stream_end")));
        await Eventually.HoldsAsync(() => Assert.Equal(0, both.Upstream.OpenConnections));
    }

    /// <summary>BerriAI/litellm#30244, where the client stays: blocked is bounded, too.</summary>
    [Fact]
    [Trait("complaint", "BerriAI/litellm#30244")]
    public async Task A_client_that_stops_reading_and_stays_blocks_the_backend_only_for_the_write_timeout()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Server:WriteTimeout", "00:00:00.300"));
        var (client, call) = await both.AskAsync();
        using var _ = client;

        await FloodAsync(call);

        await call.Closed.WaitAsync(Staging.Bound);
        await Books.BalancedAsync(both.Server);
        Assert.Contains(" reason=client_too_slow ", Assert.Single(both.Server.Log.Of("stream_end")));
    }

    /// <summary>Soju06/codex-lb#2266: memory grew with all that the slow reader had not read.</summary>
    [Fact]
    [Trait("complaint", "Soju06/codex-lb#2266")]
    public async Task What_a_client_does_not_read_stays_with_the_backend_and_not_in_memory()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskAsync();
        using var _ = client;

        var (taken, _) = await FloodAsync(call);

        // The sockets on the way hold some; nothing else does.
        Assert.InRange(taken, 0, MostUnread);
        Assert.False(call.HasClosed);
    }

    /// <summary>Sends events until nobody takes any more; how many bytes were taken, and the send that was not.</summary>
    private static async Task<(long Taken, Task Blocked)> FloodAsync(UpstreamCall call)
    {
        await call.BeginEventsAsync();
        for (var taken = 0L; taken < 4L * MostUnread; taken += EventBytes)
        {
            var send = call.EventAsync(Large);
            if (await Task.WhenAny(send, call.Closed, Task.Delay(250)) != send)
                return (taken, send);
        }

        throw new InvalidOperationException("All of it was taken though nobody reads.");
    }
}
