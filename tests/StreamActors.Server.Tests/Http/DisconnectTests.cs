using System.Diagnostics;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>A client that leaves ends its upstream connection, whatever that is doing.</summary>
public class DisconnectTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, "session-of-its-own")]
    public async Task Before_the_upstream_has_answered_anything(bool stream, string? session)
    {
        var (client, call) = await both.AskAsync(stream, session);

        await LeavesAsync(client, call, session);
    }

    [Fact]
    public async Task After_the_upstreams_headers()
    {
        var (client, call) = await both.AskAsync();
        await call.BeginEventsAsync();

        await LeavesAsync(client, call);
    }

    [Fact]
    public async Task After_content_that_is_held_back()
    {
        var (client, call) = await both.AskAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Role);

        await LeavesAsync(client, call);
    }

    [Fact]
    public async Task In_the_middle_of_the_stream()
    {
        var (client, call) = await both.AskAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");

        await LeavesAsync(client, call);
    }

    [Fact]
    public async Task In_the_middle_of_an_event()
    {
        var (client, call) = await both.AskAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await call.WriteAsync("data: {\"choices\":[");
        await client.ReadUntilAsync("one");

        await LeavesAsync(client, call);
    }

    [Fact]
    public async Task While_data_stands_unread_on_both_sides()
    {
        var (client, call) = await both.AskAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");
        var flooding = FloodAsync(call);

        await LeavesAsync(client, call);
        await flooding;
    }

    [Fact]
    public async Task In_the_middle_of_an_answer_that_is_not_streamed()
    {
        var (client, call) = await both.AskAsync(stream: false);
        await call.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"choices\":");

        await LeavesAsync(client, call);
    }

    [Fact]
    public async Task Fifty_clients_at_once()
    {
        var asked = new List<(RawClient Client, UpstreamCall Call)>();
        for (var i = 0; i < 50; i++)
            asked.Add(await both.AskAsync());
        asked.ForEach(a => a.Client.Dispose());

        foreach (var (_, call) in asked)
            await call.Closed.WaitAsync(Bound);
        await NothingIsLeftAsync(expectedSessions: null);
    }

    [Fact]
    public async Task A_client_that_is_gone_before_its_body_has_come_starts_nothing()
    {
        var connections = both.Upstream.Connections;
        var accepted = both.Server.Log.Of("stream_accepted").Count;
        var client = await RawClient.ConnectAsync(both.Server);
        await client.SendAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"mod");
        client.Dispose();

        // A whole request afterwards is served, and it is the only one that the upstream has seen.
        var (next, call) = await both.AskAsync();
        await LeavesAsync(next, call);
        Assert.Equal(connections + 1, both.Upstream.Connections);
        Assert.Equal(accepted + 1, both.Server.Log.Of("stream_accepted").Count);
        Assert.DoesNotContain(both.Server.Log.All, line => line.Contains(" ERR "));
    }

    private async Task LeavesAsync(RawClient client, UpstreamCall call, string? session = null)
    {
        var watch = Stopwatch.StartNew();
        client.Dispose();
        await call.Closed.WaitAsync(Bound);
        Assert.True(watch.Elapsed < Bound);

        await NothingIsLeftAsync(session);
    }

    private async Task NothingIsLeftAsync(string? expectedSessions)
    {
        await Books.BalancedAsync(both.Server);
        Assert.Contains(" reason=client_disconnect ", both.Server.Log.Of("stream_cancelled")[^1]);
        Assert.Contains(" outcome=cancelled reason=client_disconnect ", both.Server.Log.Of("stream_end")[^1]);
        await Eventually.HoldsAsync(() =>
        {
            Assert.Equal(0, both.Upstream.OpenConnections);
            Assert.All(both.Server.Sessions.Of("local"), s => Assert.False(s.Key.Id.StartsWith("once-", StringComparison.Ordinal)));
        });
        if (expectedSessions is not null)
            Assert.NotNull(both.Server.Sessions.Find(new Protocol.SessionKey("local", expectedSessions)));
    }

    private static async Task FloodAsync(UpstreamCall call)
    {
        try
        {
            while (!call.Closed.IsCompleted)
                await call.EventAsync(Chunks.Content(new string('x', 100_000)));
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // Closed: that is what is wanted.
        }
    }
}
