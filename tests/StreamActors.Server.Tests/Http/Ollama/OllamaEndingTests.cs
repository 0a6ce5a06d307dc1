using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>What the model did not finish never looks complete to a client of Ollama's.</summary>
public class OllamaEndingTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Superseded = "registry_new_stream";

    /// <summary>How an upstream may fail, and the code that the client sees.</summary>
    private static readonly Dictionary<string, (Func<UpstreamCall, Task> Fail, string Code)> Failures = new()
    {
        ["ends without DONE or finish reason"] = (call => call.EndAsync(), "backend_truncated"),
        ["closes within the body"] = (call => call.CloseAsync(), "backend_truncated"),
        ["resets"] = (call => call.ResetAsync(), "backend_truncated"),
        ["sends an error object"] = (call => call.EventAsync("""{"error":{"message":"CUDA at 10.0.0.7"}}"""), "backend_error"),
        ["sends invalid JSON"] = (call => call.EventAsync("{\"choices\":[}"), "backend_error"),
        ["gives up"] = (call => call.EventAsync(Chunks.Finish.Replace("stop", "abort")), "backend_truncated"),
        ["has a finish reason that is no text"] = (call => call.EventAsync(Chunks.Finish.Replace("stop", "\\ud800")), "backend_error"),
        ["sends tool calls without end"] = (SendToolCallsAsync, "backend_error"),
    };

    public static TheoryData<string> Names => [.. Failures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task After_the_first_content_the_last_line_says_why_and_the_connection_is_cut(string name)
    {
        var (fail, code) = Failures[name];
        var (client, call) = await both.AskOllamaAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");
        await fail(call);

        var answer = await client.ReadAnswerAsync();

        answer.AssertCut(code);
        Assert.Equal("one", answer.Lines().SkipLast(1).Said());
        Assert.DoesNotContain("10.0.0.7", answer.Text);
        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Before_the_first_content_the_status_says_it(string name)
    {
        var (fail, code) = Failures[name];
        var (client, call) = await both.AskOllamaAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Role);
        await fail(call);

        (await client.ReadAnswerAsync()).AssertRefused(400, code);
        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [InlineData(OllamaCalls.Chat)]
    [InlineData(OllamaCalls.Whole)]
    public async Task Before_its_first_byte_a_superseded_request_gets_400_that_no_client_retries(string body)
    {
        var (older, old) = await both.AskOllamaAsync(body, "before");
        var (newer, call) = await both.AskOllamaAsync(session: "before");
        using var _ = older;
        using var __ = newer;

        var answer = await older.ReadAnswerAsync();

        var refused = answer.AssertRefused(400, Superseded);
        Assert.Equal("false", answer.Header("x-should-retry"));
        Assert.True(old.HasClosed);
        Assert.Equal(await FinishAsync(newer, call), refused.GetProperty("superseded_by").GetString());
    }

    [Fact]
    public async Task After_its_first_byte_the_last_line_says_who_took_its_place()
    {
        var (older, old) = await both.AskOllamaAsync(session: "after");
        for (var round = 0; round < 50; round++)
        {
            await old.BeginEventsAsync();
            await old.EventAsync(Chunks.Content("one"));
            await older.ReadUntilAsync("one");

            var (newer, call) = await both.AskOllamaAsync(session: "after");
            Assert.True(old.HasClosed, $"Round {round}: the new upstream was asked before the old one was closed.");
            var last = (await older.ReadAnswerAsync()).AssertCut(Superseded);
            older.Dispose();

            Assert.Contains(last.GetProperty("superseded_by").GetString()!, both.Server.Log.Of("stream_accepted")[^1]);
            (older, old) = (newer, call);
        }

        await FinishAsync(older, old);
        older.Dispose();
    }

    [Fact]
    public async Task A_finish_reason_and_tool_calls_are_not_told_before_the_answer_is_over()
    {
        var (older, old) = await both.AskOllamaAsync(session: "nearly");
        using var _ = older;
        await old.BeginEventsAsync();
        await old.EventAsync(Chunks.Content("one"));
        foreach (var payload in RecordedStreams.All["tool calls over chunks"])
            await old.EventAsync(payload);
        await old.EventAsync(Chunks.Content("two"));
        await older.ReadUntilAsync("two");

        var (newer, call) = await both.AskOllamaAsync(session: "nearly");
        using var __ = newer;
        var answer = await older.ReadAnswerAsync();

        answer.AssertCut(Superseded);
        Assert.DoesNotContain("tool_calls", answer.Text);
        await FinishAsync(newer, call);
    }

    [Fact]
    public async Task A_session_is_the_same_on_both_fronts()
    {
        var (openAi, first) = await both.AskAsync(session: "shared");
        using var _1 = openAi;
        await first.BeginEventsAsync();
        await first.EventAsync(Chunks.Content("one"));
        await openAi.ReadUntilAsync("one");

        var (ollama, second) = await both.AskOllamaAsync(session: "shared");
        using var _2 = ollama;
        CutAnswerTests.AssertCut(await openAi.ReadAnswerAsync(), Superseded);
        Assert.True(first.HasClosed);
        await second.BeginEventsAsync();
        await second.EventAsync(Chunks.Content("two"));
        await ollama.ReadUntilAsync("two");

        var (last, third) = await both.AskAsync(session: "shared");
        using var _3 = last;
        (await ollama.ReadAnswerAsync()).AssertCut(Superseded);
        Assert.True(second.HasClosed);
        await third.BeginEventsAsync();
        await third.EventAsync(Chunks.Finish);
        await third.EndAsync();
        Assert.EndsWith("data: [DONE]\n\n", (await last.ReadAnswerAsync()).Text);
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task Silence_is_silent_until_the_status_is_known()
    {
        await using var own = await ServerWithUpstream.StartAsync(
            ("Server:Heartbeat", "00:00:00.010"), ("Generations:FirstTokenTimeout", "00:00:00.500"), ("Generations:IdleTimeout", "00:00:00.300"));
        var (late, _) = await own.AskOllamaAsync();
        using var __ = late;
        (await late.ReadAnswerAsync()).AssertRefused(504, "first_token_timeout");

        var (idle, call) = await own.AskOllamaAsync();
        using var ___ = idle;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        var answer = await idle.ReadAnswerAsync();

        answer.AssertCut("idle_timeout");
        Assert.Equal(2, answer.Lines().Count);
    }

    private async Task<string> FinishAsync(RawClient client, UpstreamCall call)
    {
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Finish);
        await call.EndAsync();
        var answer = await client.ReadAnswerAsync();
        answer.AssertDone();
        await Books.BalancedAsync(both.Server);
        return answer.Header("X-Trace-Id")!;
    }

    private static async Task SendToolCallsAsync(UpstreamCall call)
    {
        var piece = $$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{{{new string('x', 64 * 1024)}}}"}}]}}]}""";
        try
        {
            for (var i = 0; i < 80; i++)
                await call.EventAsync(piece);
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // Closed: that is what is wanted.
        }
    }
}
