using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Http.Board;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Board;

/// <summary><c>GET /v1/board</c> over real sockets.</summary>
public class BoardTests
{
    [Fact]
    public async Task A_takeover_is_told_in_the_order_of_the_log_with_its_times()
    {
        await using var both = await DemoAsync();
        using var board = await BoardClient.WatchAsync(both);
        var snapshot = await board.NextAsync();
        using var first = await RawClient.PostChatAsync(both, Long, "me");
        await first.ReadUntilAsync("\" demo\"");
        using var second = await RawClient.PostChatAsync(both, Short, "me");
        await second.ReadUntilAsync("[DONE]");

        var events = await board.EventsUntilAsync("prev_stream_finished_cleanly");
        while (events.Count < 7)
            events = [.. events, .. (await board.NextAsync())!.Value.Data.GetProperty("events").EnumerateArray()];

        Assert.Equal("snapshot", snapshot!.Value.Name);
        Assert.Equal(
            ["stream_accepted", "stream_start", "stream_accepted", "stream_cancelled", "stream_end", "prev_stream_finished_cleanly", "stream_start", "stream_end"],
            events.Select(e => e.GetProperty("event").GetString()!).Take(8));
        var (a, b) = (Staging.TraceOf(first), Staging.TraceOf(second));
        Assert.Equal((a, b), (Text(events[3], "trace"), Text(events[3], "superseded_by")));
        Assert.Equal(("cancelled", "registry_new_stream"), (Text(events[4], "outcome"), Text(events[4], "reason")));
        Assert.Equal(a, Text(events[5], "trace"));
        Assert.InRange(events[5].GetProperty("took_ms").GetDouble(), 0, 2000);
        Assert.Equal(events.Select(At).Order(), events.Select(At));
        Assert.All(events, e => Assert.Equal("me", Text(e, "session")));
    }

    [Fact]
    public async Task Who_comes_later_gets_what_runs_now_and_what_was_and_the_progress_from_then_on()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.StreamingAsync("me");
        using var open = client;

        using var board = await BoardClient.WatchAsync(both.Server);
        var snapshot = (await board.NextAsync())!.Value.Data;
        await call.EventAsync(Chunks.Content("two"));
        JsonElement changes;
        do
        {
            changes = (await board.NextAsync())!.Value.Data;
        }
        while (changes.GetProperty("running").GetArrayLength() == 0);

        var running = Assert.Single(snapshot.GetProperty("running").EnumerateArray());
        Assert.Equal((Staging.TraceOf(client), "me", "m", 1), (Text(running, "trace"), Text(running, "session"), Text(running, "model"), running.GetProperty("tokens").GetInt32()));
        Assert.Equal((1, 1), (snapshot.GetProperty("sessions").GetInt32(), snapshot.GetProperty("streams").GetInt32()));
        Assert.Equal(["stream_accepted", "stream_start"], snapshot.GetProperty("events").EnumerateArray().Select(e => Text(e, "event")));
        Assert.Equal(2, changes.GetProperty("running")[0].GetProperty("tokens").GetInt32());
        Assert.Equal(2, changes.GetProperty("tokens").GetInt64());
        var backend = Assert.Single(changes.GetProperty("backends").EnumerateArray());
        Assert.Equal(("up", 1, 0, 0), (Text(backend, "name"), Number(backend, "running"), Number(backend, "waiting"), Number(backend, "detached")));
    }

    [Fact]
    public async Task Another_keys_sessions_streams_and_figures_are_not_told()
    {
        await using var server = await TestServer.StartAsync([.. Keys.Required, Keys.Of("alice", "a-key"), Keys.Of("bob", "b-key")]);
        using var alice = await BoardClient.WatchAsync(server, "a-key");
        using var bob = await BoardClient.WatchAsync(server, "b-key");
        await server.AnswerAsKeyAsync("a-key", Short, "secret");
        await server.AnswerAsKeyAsync("b-key", Short, "mine");

        var told = await alice.EventsUntilAsync("stream_end");
        var others = await bob.EventsUntilAsync("stream_end");
        using var late = await BoardClient.WatchAsync(server, "b-key");
        var snapshot = (await late.NextAsync())!.Value.Data;

        Assert.All(told, e => Assert.Equal("secret", Text(e, "session")));
        Assert.All(others, e => Assert.Equal("mine", Text(e, "session")));
        Assert.DoesNotContain("secret", snapshot.ToString());
        Assert.Equal((1, 1), (snapshot.GetProperty("sessions").GetInt32(), snapshot.GetProperty("totals").GetProperty("prompts").GetInt32()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Without_a_known_key_nothing_is_told(string? key)
    {
        await using var server = await TestServer.StartAsync([.. Keys.Required, Keys.Of("alice", "a-key")]);
        using var board = await BoardClient.WatchAsync(server, key);

        Assert.Equal(401, (int)board.Answer.StatusCode);
    }

    [Fact]
    public async Task It_is_no_open_stream_is_not_to_be_stored_and_says_something_at_least_every_heartbeat()
    {
        await using var server = await TestServer.StartAsync(("Server:Heartbeat", "00:00:00.300"));
        using var board = await BoardClient.WatchAsync(server);

        while (await board.LineAsync() != ":")
        {
        }

        Assert.Equal(0, server.Responses.Count);
        Assert.Equal("text/event-stream", board.Answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store, no-cache", board.Answer.Headers.CacheControl!.ToString());
        Assert.Equal("no", Assert.Single(board.Answer.Headers.GetValues("X-Accel-Buffering")));
    }

    [Fact]
    public async Task Of_one_key_so_many_watch_and_no_more_until_one_leaves()
    {
        await using var server = await TestServer.StartAsync([.. Keys.Required, Keys.Of("alice", "a-key"), Keys.Of("bob", "b-key")]);
        var watching = new List<BoardClient>();
        for (var i = 0; i < BoardSeats.OfOneKey; i++)
            watching.Add(await BoardClient.WatchAsync(server, "a-key"));

        using (var refused = await BoardClient.WatchAsync(server, "a-key"))
        {
            Assert.Equal(429, (int)refused.Answer.StatusCode);
            Assert.Contains("too_many_boards", await refused.LineAsync());
            Assert.Equal(5, refused.Answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        }

        using (var other = await BoardClient.WatchAsync(server, "b-key"))
            Assert.Equal(200, (int)other.Answer.StatusCode);
        watching[0].Dispose();
        await Eventually.HoldsAsync(async () =>
        {
            using var again = await BoardClient.WatchAsync(server, "a-key");
            Assert.Equal(200, (int)again.Answer.StatusCode);
        });
        watching.ForEach(board => board.Dispose());
    }

    [Fact]
    public async Task A_server_that_stops_ends_the_feed_in_order_and_is_not_held_up()
    {
        var server = await TestServer.StartAsync(("Server:DrainTimeout", "00:00:00"));
        using var board = await BoardClient.WatchAsync(server);
        Assert.Equal("snapshot", (await board.NextAsync())!.Value.Name);

        var stopped = server.DisposeAsync().AsTask();
        (string Name, JsonElement Data)? last = null;
        while (await board.NextAsync() is { } message)
            last = message;
        await stopped;

        Assert.Equal(("end", "server_shutdown"), (last!.Value.Name, Text(last.Value.Data, "reason")));
    }

    [Fact]
    public async Task A_watcher_who_takes_nothing_is_let_go_and_holds_nobody_up()
    {
        await using var server = await TestServer.StartAsync(("Server:WriteTimeout", "00:00:00.200"), ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "5000"));
        using var silent = await RawClient.ConnectAsync(server);
        await silent.SendAsync("GET /v1/board HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await silent.ReadUntilAsync("snapshot");
        var socket = silent.Server;

        // Each prompt puts some three hundred bytes into the pipe, and nobody empties it.
        await Eventually.HoldsAsync(
            async () =>
            {
                await Task.WhenAll(Enumerable.Range(0, 200).Select(i => server.Http.PostAsync(
                    "/v1/chat/completions", new StringContent($$"""{"prompt":"{{i}}","max_tokens":1}"""))));
                Assert.False(socket.IsHeld, "the connection is still there");
            },
            TimeSpan.FromSeconds(40));

        using var board = await BoardClient.WatchAsync(server);
        Assert.Equal("snapshot", (await board.NextAsync())!.Value.Name);
    }

    private const string Long = """{"prompt":"Write a long poem","stream":true}""";
    private const string Short = """{"prompt":"Hi","stream":true,"max_tokens":3}""";

    private static Task<TestServer> DemoAsync() =>
        TestServer.StartAsync(("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "100"), ("Server:DrainTimeout", "00:00:00"));

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static double At(JsonElement json) => json.GetProperty("at").GetDouble();
}
