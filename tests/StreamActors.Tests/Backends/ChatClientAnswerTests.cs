using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamActors.Backends;
using StreamActors.Backends.ChatClient;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends;

/// <summary>What a chat client says, in OpenAI's objects.</summary>
public class ChatClientAnswerTests
{
    private readonly ScriptedChatClient _client = new();

    [Fact]
    public async Task Updates_become_chunks_that_the_scanner_of_real_backends_reads_the_same_way()
    {
        var chunks = await AnswerAsync(call =>
        {
            call.Say(new ChatResponseUpdate { Role = ChatRole.Assistant });
            call.Say(new ChatResponseUpdate(ChatRole.Assistant, [new TextReasoningContent("hm")]));
            call.Say("Grüße \"x\"\n");
            call.Say(new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent("I will not") { ErrorCode = "Refusal" }, new ErrorContent("http://inside:1 broke")]));
            call.Finish(ChatFinishReason.Length);
        });

        Assert.Equal(
            [
                """{"role":"assistant","reasoning_content":"hm"}""", """{"content":"Grüße \"x\"\n"}""", """{"refusal":"I will not"}""", "{}",
            ],
            chunks.Select(c => c.GetProperty("choices")[0].GetProperty("delta").GetRawText()));
        Assert.Equal([null, null, null, "length"], chunks.Select(c => c.GetProperty("choices")[0].GetProperty("finish_reason").GetString()));
        Assert.All(chunks, c => Assert.Equal(("chat.completion.chunk", "m"), (c.GetProperty("object").GetString(), c.GetProperty("model").GetString())));
        Assert.Single(chunks.Select(c => c.GetProperty("id").GetString()).Distinct());
    }

    [Fact]
    public async Task Calls_of_tools_are_numbered_through_the_answer_and_those_the_client_made_itself_are_not_told()
    {
        var chunks = await AnswerAsync(call =>
        {
            call.Say(new ChatResponseUpdate(ChatRole.Assistant, [new FunctionCallContent("own", "mine", null) { InformationalOnly = true }]) { FinishReason = ChatFinishReason.ToolCalls });
            call.Say(new ChatResponseUpdate(ChatRole.Tool, [new FunctionResultContent("own", "secret"), new TextContent("secret")]));
            call.Say(new ChatResponseUpdate(ChatRole.Assistant, [Call("a", "weather", ("city", "Bern"), ("days", 2))]));
            call.Say(new ChatResponseUpdate(ChatRole.Assistant, [Call("b", "now")]));
            call.Finish(ChatFinishReason.ToolCalls);
        });

        var calls = chunks.SelectMany(c => c.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("tool_calls", out var some) ? some.EnumerateArray().ToList() : []);
        Assert.Equal(
            [
                """{"index":0,"id":"a","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\",\"days\":2}"}}""",
                """{"index":1,"id":"b","type":"function","function":{"name":"now","arguments":"{}"}}""",
            ],
            calls.Select(c => c.GetRawText()));
        Assert.Equal("tool_calls", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.DoesNotContain("secret", string.Concat(chunks));
    }

    [Fact]
    public async Task A_client_that_called_its_tools_itself_has_simply_finished()
    {
        var chunks = await AnswerAsync(call =>
        {
            call.Say(new ChatResponseUpdate { FinishReason = ChatFinishReason.ToolCalls });
            call.Say("Sunny.");
            call.Return();
        });

        Assert.Equal("stop", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Usage_is_told_where_it_is_asked_for(bool asked)
    {
        var usage = new UsageDetails { InputTokenCount = 3, OutputTokenCount = 4, CachedInputTokenCount = 1, ReasoningTokenCount = 2 };
        var chunks = await AnswerAsync(
            call =>
            {
                call.Say("Hi");
                call.Say(new ChatResponseUpdate { Contents = [new UsageContent(usage)], FinishReason = ChatFinishReason.Stop });
                call.Return();
            },
            asked ? """ "stream_options":{"include_usage":true} """ : """ "x":1 """);

        Assert.Equal(asked ? 3 : 2, chunks.Count);
        if (asked)
        {
            Assert.Equal(
                """{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":1},"completion_tokens_details":{"reasoning_tokens":2}}""",
                chunks[^1].GetProperty("usage").GetRawText());
            Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        }
    }

    [Fact]
    public async Task Not_streamed_is_one_completion()
    {
        var whole = Assert.Single(await AnswerAsync(
            call =>
            {
                call.Say("Let me look. ");
                call.Say(new ChatResponseUpdate(ChatRole.Assistant, [Call("a", "weather", ("city", "Bern"))]));
                call.Say(new ChatResponseUpdate { Contents = [new UsageContent(new UsageDetails { InputTokenCount = 3, OutputTokenCount = 4 })] });
                call.Finish(ChatFinishReason.ToolCalls);
            },
            stream: false));

        Assert.Equal("chat.completion", whole.GetProperty("object").GetString());
        Assert.Equal(
            """{"role":"assistant","content":"Let me look. ","tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}}]}""",
            whole.GetProperty("choices")[0].GetProperty("message").GetRawText());
        Assert.Equal("tool_calls", whole.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(7, whole.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_finish_reason_was_cut()
    {
        var failure = await FailureAsync(call =>
        {
            call.Say("Hi");
            call.Return();
        });

        Assert.Equal(EndReason.BackendTruncated, failure.Reason);
    }

    public static TheoryData<Exception, EndReason, int?> Failures => new()
    {
        { new InvalidOperationException("secret"), EndReason.BackendError, null },
        { new TaskCanceledException("secret", new TimeoutException()), EndReason.BackendError, null },
        { new HttpRequestException("secret", null, HttpStatusCode.Unauthorized), EndReason.BackendError, 502 },
        { new HttpRequestException("secret", null, HttpStatusCode.InternalServerError), EndReason.BackendError, 502 },
        { new HttpRequestException("secret", null, HttpStatusCode.BadRequest), EndReason.BackendError, 400 },
        { new HttpRequestException("secret", null, HttpStatusCode.PaymentRequired), EndReason.BackendError, 402 },
        { new HttpRequestException("secret", null, HttpStatusCode.ServiceUnavailable), EndReason.BackendError, 503 },
        { new HttpRequestException("secret", null, HttpStatusCode.Found), EndReason.BackendError, null },
        { new InvalidOperationException("secret", new HttpRequestException("secret", null, HttpStatusCode.TooManyRequests)), EndReason.BackendError, 429 },
        { new HttpRequestException(HttpRequestError.ConnectionError, "secret"), EndReason.BackendUnreachable, null },
        { new HttpIOException(HttpRequestError.ResponseEnded, "secret"), EndReason.BackendTruncated, null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_a_client_throws_says_whose_fault_it_is_and_nothing_of_its_text(Exception thrown, EndReason reason, int? status)
    {
        foreach (var stream in new[] { true, false })
        {
            var failure = await FailureAsync(call => call.Throw(thrown), stream);

            Assert.Equal((reason, status), (failure.Reason, failure.Fault?.Status));
            Assert.DoesNotContain("secret", $"{failure.Message} {failure.Fault?.Message}");
        }
    }

    [Fact]
    public async Task The_model_is_told_where_it_is_one_and_listed_where_it_is_known()
    {
        Assert.Equal("m", (await CalledAsync("m")).Options.ModelId);
        Assert.Null((await CalledAsync("mine")).Options.ModelId);
        Assert.Equal(["mine"], await new ChatClientBackend("mine", new(), _client, TimeProvider.System).ListModelsAsync(default));
        Assert.Equal(["a"], await new ChatClientBackend("mine", new() { Models = ["a"] }, _client, TimeProvider.System).ListModelsAsync(default));
        using var named = new ScriptedChatClient { Metadata = new ChatClientMetadata("p", null, "own") };
        Assert.Equal(["own"], await new ChatClientBackend("mine", new(), named, TimeProvider.System).ListModelsAsync(default));
    }

    private async Task<ClientCall> CalledAsync(string model)
    {
        var backend = new ChatClientBackend("mine", new BackendOptions(), _client, TimeProvider.System);
        await using var answer = backend.StreamAsync(Request(model), default).GetAsyncEnumerator();
        var step = answer.MoveNextAsync();
        var call = await _client.NextCallAsync();
        call.Finish();
        Assert.True(await step.AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        return call;
    }

    private async Task<BackendException> FailureAsync(Action<ClientCall> script, bool stream = true) =>
        await Assert.ThrowsAsync<BackendException>(() => AnswerAsync(script, stream: stream));

    private async Task<List<JsonElement>> AnswerAsync(Action<ClientCall> script, string field = "\"x\":1", bool stream = true)
    {
        var backend = new ChatClientBackend("mine", new BackendOptions(), _client, TimeProvider.System);
        var reading = ReadAsync(backend.StreamAsync(Request("m", field, stream), default));
        var call = await _client.NextCallAsync();
        script(call);
        var chunks = await reading.WaitAsync(TimeSpan.FromSeconds(10));
        await call.Left.WaitAsync(TimeSpan.FromSeconds(10));
        return chunks;
    }

    private static async Task<List<JsonElement>> ReadAsync(IAsyncEnumerable<Chunk> answer)
    {
        var chunks = new List<JsonElement>();
        await foreach (var chunk in answer)
        {
            Assert.Equal(ChunkScanner.Scan(chunk.Json.Span).Facts, chunk.Facts);
            chunks.Add(JsonElement.Parse(chunk.Json.Span));
        }

        return chunks;
    }

    private static FunctionCallContent Call(string id, string name, params (string Name, object? Value)[] arguments) =>
        new(id, name, arguments.ToDictionary(a => a.Name, a => a.Value));

    private static ChatRequest Request(string model, string field = "\"x\":1", bool stream = true) => new(
        "mine", model, Encoding.UTF8.GetBytes($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hi"}],{{field}}}"""), stream);
}
