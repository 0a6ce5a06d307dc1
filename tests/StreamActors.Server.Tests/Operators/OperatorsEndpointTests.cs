using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Http;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Operators;

/// <summary>What operators do over HTTP, with the real server.</summary>
public class OperatorsEndpointTests
{
    [Fact]
    public async Task A_cancelled_session_has_its_receipt_when_its_upstream_is_closed_and_its_client_is_told()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await RunningAsync(both, "victim");
        using var _ = client;

        var (status, receipt) = await both.Server.OperateAsync("sessions cancel", "local/victim");

        Assert.True(call.HasClosed);
        Assert.Equal((200, "finished_cleanly", "victim"), (status, Text(receipt, "outcome"), Text(receipt, "id")));
        CutAnswerTests.AssertCut(await client.ReadAnswerAsync(), "admin_cancel");
        Assert.Matches(
            $" INF operator_action who=ops@127.0.0.1 claimed_user=tester action=sessions_cancel target=local/victim outcome=finished_cleanly trace={Text(receipt, "trace")} took_ms=",
            Assert.Single(both.Server.Log.Of("operator_action")));
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task While_drained_prompts_are_refused_running_streams_finish_and_the_server_lives_until_it_is_undone()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await RunningAsync(both, "running");
        using var _ = client;

        var (_, state) = await both.Server.OperateAsync("drain on");
        Assert.Equal((true, false, 1), (state.GetProperty("on").GetBoolean(), state.GetProperty("stopping").GetBoolean(), state.GetProperty("running").GetInt32()));
        using (var refused = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat()))
        {
            var answer = await refused.ReadAnswerAsync();
            Assert.Equal((503, "draining", "5"), (answer.Status, answer.Error.GetProperty("code").GetString(), answer.Header("Retry-After")));
        }

        await call.EventAsync(Chunks.Finish);
        await call.EventAsync(Chunks.Done);
        await call.EndAsync();
        Assert.EndsWith("data: [DONE]\n\n", (await client.ReadAnswerAsync()).Text);

        Assert.Equal(200, (await both.Server.OperateAsync("drain off")).Status);
        var (next, nextCall) = await RunningAsync(both, "running");
        using var __ = next;
        await nextCall.EndAsync();
        Assert.Equal(200, (await next.ReadAnswerAsync()).Status);
    }

    [Fact]
    public async Task While_drained_the_server_is_not_ready_and_afterwards_it_is()
    {
        await using var server = await TestServer.StartAsync();

        await server.OperateAsync("drain on");
        using (var ready = await server.Http.GetAsync("/readyz"))
        {
            Assert.Equal(503, (int)ready.StatusCode);
            Assert.Contains("\"draining\":true", await ready.Content.ReadAsStringAsync());
        }

        await server.OperateAsync("drain off");
        using var again = await server.Http.GetAsync("/readyz");
        Assert.Equal(200, (int)again.StatusCode);
    }

    [Fact]
    public async Task At_debug_the_log_says_why_a_backend_failed_and_afterwards_no_more()
    {
        await using var both = await ServerWithUpstream.StartAsync();

        await both.Server.OperateAsync("log-level", "Debug");
        await both.AnswerAsync(call => call.AnswerAsync("500 Internal Server Error", "{}"));
        await Eventually.HoldsAsync(() => Assert.Contains(both.Server.Log.All, line => line.Contains("DBG The backend failed")));

        await both.Server.OperateAsync("log-level", "Information");
        var lines = both.Server.Log.All.Count;
        await both.AnswerAsync(call => call.AnswerAsync("500 Internal Server Error", "{}"));
        await Books.BalancedAsync(both.Server);
        Assert.DoesNotContain(both.Server.Log.All.Skip(lines), line => line.Contains("DBG"));
    }

    [Fact]
    public async Task Figures_lists_and_events_tell_of_what_happened()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (older, _) = await RunningAsync(both, "me");
        var (newer, _) = await RunningAsync(both, "me");
        using var _1 = older;
        using var _2 = newer;
        await Eventually.HoldsAsync(() => Assert.Single(both.Server.Log.Of("prev_stream_finished_cleanly")));

        var stats = (await both.Server.OperateAsync("stats")).Body;
        Assert.Equal((2, 1, 1), (stats.GetProperty("accepted").GetInt32(), stats.GetProperty("running").GetInt32(), stats.GetProperty("superseded").GetInt32()));
        Assert.Equal(1, stats.GetProperty("proof_ms").GetProperty("count").GetInt32());
        var ended = Assert.Single(stats.GetProperty("ended").EnumerateArray());
        Assert.Equal(("cancelled", "registry_new_stream"), (Text(ended, "outcome"), Text(ended, "reason")));

        var streams = (await both.Server.OperateAsync("streams list")).Body;
        var stream = Assert.Single(streams.GetProperty("sessions").EnumerateArray());
        Assert.Equal(("local", "me", "up", "generating", "registry_new_stream"), (Text(stream, "owner"), Text(stream, "id"), Text(stream, "backend"), Text(stream, "state"), Text(stream, "last_reason")));
        var events = (await both.Server.OperateAsync("events list")).Body.GetProperty("events").EnumerateArray().Select(e => Text(e, "name")).ToList();
        Assert.Equal(["stream_start", "prev_stream_finished_cleanly", "stream_end", "stream_cancelled", "stream_accepted"], events.Take(5));
        var backend = Assert.Single((await both.Server.OperateAsync("backends list")).Body.GetProperty("backends").EnumerateArray());
        Assert.Equal(("up", "OpenAiCompatible", 1), (Text(backend, "name"), Text(backend, "type"), backend.GetProperty("running").GetInt32()));
    }

    [Theory]
    [InlineData("""{"command":"sessions explode"}""", 400, "invalid")]
    [InlineData("""{"command":"sessions show","target":"nobody"}""", 404, "not_found")]
    [InlineData("""{"command":"streams cancel","target":"0123"}""", 404, "not_found")]
    [InlineData("""{"command":"log-level","target":"loud\nstream_end trace=1"}""", 400, "invalid")]
    [InlineData("""{"command":7}""", 400, "invalid_request")]
    [InlineData("""{"command":"stats","limit":0}""", 400, "invalid_request")]
    [InlineData("{}", 400, "invalid_request")]
    [InlineData("", 400, "invalid_request")]
    [InlineData("[", 400, "invalid_request")]
    public async Task A_command_that_cannot_be_done_is_an_error_of_the_usual_shape(string body, int status, string code)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server);

        await client.PostAsync(Operator.Path, body, $"Authorization: Bearer {server.OperatorKey}\r\n");
        var answer = await client.ReadAnswerAsync();

        Assert.Equal((status, code), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.All(server.Log.All, line => Assert.DoesNotContain('\n', line));
    }

    private static async Task<(RawClient Client, UpstreamCall Call)> RunningAsync(ServerWithUpstream both, string session)
    {
        var (client, call) = await both.AskAsync(session: session);
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");
        return (client, call);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
