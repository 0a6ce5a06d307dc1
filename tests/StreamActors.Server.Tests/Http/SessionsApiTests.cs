using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class SessionsApiTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    [Fact]
    public async Task A_running_session_is_listed_with_its_stream_and_afterwards_with_its_last_outcome()
    {
        var (client, call) = await RunningAsync("seen");
        using var open = client;
        var trace = TraceOf(client);

        var (_, list) = await CallAsync(HttpMethod.Get, "/v1/sessions");
        var listed = list.GetProperty("data").EnumerateArray().Single(s => s.GetProperty("id").GetString() == "seen");
        var (_, one) = await CallAsync(HttpMethod.Get, "/v1/sessions/seen");

        Assert.Equal("list", list.GetProperty("object").GetString());
        Assert.Equal(listed.GetRawText(), one.GetRawText());
        Assert.Equal(("generating", trace, "m"), (Text(one, "state"), Text(one, "trace"), Text(one, "model")));
        Assert.Equal(1, one.GetProperty("tokens").GetInt32());
        Assert.NotNull(Text(one, "started"));

        await call.EventAsync(Chunks.Done);
        await call.EndAsync();
        await client.ReadAnswerAsync();
        await Books.BalancedAsync(both.Server);
        (_, one) = await CallAsync(HttpMethod.Get, "/v1/sessions/seen");

        Assert.Equal(("idle", null, trace), (Text(one, "state"), Text(one, "trace"), Text(one.GetProperty("last"), "trace")));
        Assert.Equal("completed", Text(one.GetProperty("last"), "outcome"));
    }

    [Fact]
    public async Task Cancelling_a_stream_gives_a_receipt_when_its_upstream_is_closed()
    {
        var (client, call) = await RunningAsync("stopped");
        using var _ = client;
        var trace = TraceOf(client);

        var (status, receipt) = await CallAsync(HttpMethod.Post, $"/v1/streams/{trace}/cancel");

        Assert.True(call.HasClosed);
        Assert.Equal((200, trace, "finished_cleanly"), (status, Text(receipt, "trace"), Text(receipt, "outcome")));
        Assert.InRange(receipt.GetProperty("took_ms").GetDouble(), 0, 2000);
        CutAnswerTests.AssertCut(await client.ReadAnswerAsync(), "client_cancel");

        (status, receipt) = await CallAsync(HttpMethod.Post, $"/v1/streams/{trace}/cancel");
        Assert.Equal((200, trace, "already_ended"), (status, Text(receipt, "trace"), Text(receipt, "outcome")));
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task Cancelling_before_the_first_byte_gives_the_client_400()
    {
        var (client, call) = await both.AskAsync(session: "early");
        using var _ = client;
        var trace = Text((await CallAsync(HttpMethod.Get, "/v1/sessions/early")).Body, "trace");

        var (_, receipt) = await CallAsync(HttpMethod.Post, $"/v1/streams/{trace}/cancel");
        var answer = await client.ReadAnswerAsync();

        Assert.Equal("finished_cleanly", Text(receipt, "outcome"));
        Assert.Equal((400, "client_cancel", "false"), (answer.Status, Text(answer.Error, "code"), answer.Header("x-should-retry")));
        Assert.True(call.HasClosed);
    }

    [Fact]
    public async Task A_late_stop_of_an_older_stream_leaves_the_newer_one_alone()
    {
        var (older, _) = await RunningAsync("late");
        var old = TraceOf(older);
        var (newer, call) = await RunningAsync("late");
        using var _1 = older;
        using var _2 = newer;

        var (_, receipt) = await CallAsync(HttpMethod.Post, $"/v1/streams/{old}/cancel");

        Assert.Equal("already_ended", Text(receipt, "outcome"));
        await call.EventAsync(Chunks.Finish);
        await call.EndAsync();
        Assert.EndsWith("data: [DONE]\n\n", (await newer.ReadAnswerAsync()).Text);
    }

    [Fact]
    public async Task Deleting_a_session_cuts_its_stream_and_the_session_is_gone()
    {
        var (client, call) = await RunningAsync("deleted");
        using var _ = client;

        var (status, receipt) = await CallAsync(HttpMethod.Delete, "/v1/sessions/deleted");

        Assert.True(call.HasClosed);
        Assert.Equal((200, TraceOf(client), "finished_cleanly"), (status, Text(receipt, "trace"), Text(receipt, "outcome")));
        CutAnswerTests.AssertCut(await client.ReadAnswerAsync(), "session_deleted");
        await Eventually.HoldsAsync(() => Assert.Null(both.Server.Sessions.Find(new Protocol.SessionKey("local", "deleted"))));
        Assert.Equal(404, (await CallAsync(HttpMethod.Get, "/v1/sessions/deleted")).Status);
        Assert.Equal(404, (await CallAsync(HttpMethod.Delete, "/v1/sessions/deleted")).Status);
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task Deleting_an_idle_session_gives_a_receipt_without_a_stream()
    {
        var (client, call) = await RunningAsync("idle");
        using var _ = client;
        await call.EventAsync(Chunks.Finish);
        await call.EndAsync();
        await client.ReadAnswerAsync();
        await Books.BalancedAsync(both.Server);

        var (status, receipt) = await CallAsync(HttpMethod.Delete, "/v1/sessions/idle");

        Assert.Equal((200, null, "already_ended"), (status, Text(receipt, "trace"), Text(receipt, "outcome")));
    }

    [Fact]
    public async Task A_deleted_session_can_be_used_again_at_once()
    {
        for (var i = 0; i < 20; i++)
        {
            var (client, _) = await both.AskAsync(session: "again");
            Assert.Equal(200, (await CallAsync(HttpMethod.Delete, "/v1/sessions/again")).Status);
            Assert.Equal("session_deleted", Text((await client.ReadAnswerAsync()).Error, "code"));
            client.Dispose();
        }

        await Books.BalancedAsync(both.Server);
    }

    private async Task<(RawClient Client, UpstreamCall Call)> RunningAsync(string session)
    {
        var (client, call) = await both.AskAsync(session: session);
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");
        return (client, call);
    }

    private async Task<(int Status, JsonElement Body)> CallAsync(HttpMethod method, string path)
    {
        using var answer = await both.Server.Http.SendAsync(new HttpRequestMessage(method, path));
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string TraceOf(RawClient client) => client.Received.Split("X-Trace-Id: ")[1][..32];
}
