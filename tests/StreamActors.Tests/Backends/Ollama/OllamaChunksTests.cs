using System.Text;
using StreamActors.Backends;
using StreamActors.Backends.Ollama;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends.Ollama;

public class OllamaChunksTests
{
    private const string Prefix = """{"id":"chatcmpl-0123456789abcdef0123456789abcdef","object":"chat.completion.chunk","created":0,"model":"m",""";
    private const string Done = """{"model":"m","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":9,"load_duration":1,"prompt_eval_count":26,"prompt_eval_duration":3,"eval_count":12,"eval_duration":5}""";

    private readonly OllamaChunks _chunks = new("m", new TraceId("0123456789abcdef0123456789abcdef"), DateTimeOffset.UnixEpoch, includeUsage: true, Answers.Errors);

    /// <summary>The first line of an answer, the choice made of it, and whether it has content.</summary>
    public static TheoryData<string, string, bool> Lines => new()
    {
        { """{"message":{"role":"assistant","content":"Hi ü"},"done":false}""", """{"index":0,"delta":{"role":"assistant","content":"Hi ü"},"finish_reason":null}""", true },
        { """{"message":{"role":"assistant","content":""},"done":false}""", """{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}""", false },
        {
            """{"message":{"role":"assistant","content":"","thinking":"Hm"},"done":false}""",
            """{"index":0,"delta":{"role":"assistant","content":"","reasoning_content":"Hm"},"finish_reason":null}""", true
        },
        {
            """{"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a": "ü","n":1.0}}},{"id":"c7","function":{"index":1,"name":"g"}}]},"done":false}""",
            """{"index":0,"delta":{"role":"assistant","content":"","tool_calls":[{"index":0,"id":"call_0123456789abcdef_0","type":"function","function":{"name":"f","arguments":"{\"a\": \"ü\",\"n\":1.0}"}},{"index":1,"id":"c7","type":"function","function":{"name":"g","arguments":"{}"}}]},"finish_reason":null}""", true
        },
        {
            """{"message":{"role":"assistant","content":"a","x_new":{"y":[1e400]}},"logprobs":[{"token":"a","logprob":-1e-7}],"done":false}""",
            """{"index":0,"delta":{"role":"assistant","content":"a","x_new":{"y":[1e400]}},"logprobs":{"content":[{"token":"a","logprob":-1e-7}]},"finish_reason":null}""", true
        },
        {
            """{"message":{"role":"assistant","content":"a"},"logprobs":[{"token":"a","logprob":-Infinity,"x":NaN}],"done":false}""",
            """{"index":0,"delta":{"role":"assistant","content":"a"},"logprobs":{"content":[{"token":"a","logprob":-0,"x":null}]},"finish_reason":null}""", true
        },
        { """{"message":{"role":"assistant","content":"end"},"done":true,"done_reason":"length"}""", """{"index":0,"delta":{"role":"assistant","content":"end"},"finish_reason":"length"}""", true },
        { """{"message":"","done":true}""", """{"index":0,"delta":{"role":"assistant"},"finish_reason":"stop"}""", false },
        { """{"message":{"content":[],"thinking":false,"tool_calls":{}},"done":false}""", """{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":null},"finish_reason":null}""", false },
        { """{"done":true}""", """{"index":0,"delta":{"role":"assistant"},"finish_reason":"stop"}""", false },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_becomes_a_chunk(string line, string choice, bool content)
    {
        var chunk = Assert.NotNull(Read(line));

        Assert.Equal($"{Prefix}\"choices\":[{choice}]}}", Text(chunk));
        Assert.Equal(content, chunk.Facts.HasContent);
    }

    [Fact]
    public void Only_the_first_chunk_has_the_role_and_only_the_last_is_an_end()
    {
        Read("""{"message":{"role":"assistant","content":"a"},"done":false}""");

        Assert.DoesNotContain("role", Text(Read("""{"message":{"role":"assistant","content":"b"},"done":false}""")!.Value));
        Assert.False(_chunks.Done);
        Assert.Null(_chunks.Usage());
        var last = Read(Done)!.Value;
        Assert.True(_chunks.Done);
        Assert.Equal((ChoiceSet.Of(0), 12L), (last.Facts.FinishedChoices, last.Facts.CompletionTokens));
        Assert.Contains("\"finish_reason\":\"stop\"", Text(last));
    }

    [Fact]
    public void The_usage_report_holds_the_durations()
    {
        Read(Done);

        Assert.Equal(
            Prefix + """
            "choices":[],"usage":{"prompt_tokens":26,"completion_tokens":12,"total_tokens":38,"ollama":{"total_duration":9,"load_duration":1,"prompt_eval_duration":3,"eval_duration":5}}}
            """,
            Text(_chunks.Usage()!.Value));
    }

    [Theory]
    [InlineData("""{"done":true,"done_reason":"stop"}""", null)]
    [InlineData("""{"done":true,"eval_count":5}""", """{"completion_tokens":5}""")]
    [InlineData("""{"done":true,"prompt_eval_count":3,"eval_count":"?","total_duration":9}""", """{"prompt_tokens":3,"ollama":{"total_duration":9}}""")]
    public void A_count_that_Ollama_does_not_give_is_absent(string last, string? usage)
    {
        Read(last);

        Assert.Equal(usage is null, _chunks.Usage() is null);
        if (usage is not null)
            Assert.EndsWith($"\"usage\":{usage}}}", Text(_chunks.Usage()!.Value));
    }

    [Fact]
    public void Usage_that_was_not_asked_for_is_not_sent()
    {
        var chunks = new OllamaChunks("m", TraceId.New(), DateTimeOffset.UnixEpoch, includeUsage: false, Answers.Errors);
        chunks.Delta(Encoding.UTF8.GetBytes(Done));

        Assert.Null(chunks.Usage());
    }

    [Fact]
    public void Tool_calls_are_counted_over_the_lines_and_are_the_reason_of_the_end()
    {
        const string call = """{"message":{"tool_calls":[{"function":{"name":"f","arguments":{}}}]},"done":false}""";
        Read(call);

        Assert.Contains("\"index\":1,\"id\":\"call_0123456789abcdef_1\"", Text(Read(call)!.Value));
        Assert.Contains("\"finish_reason\":\"tool_calls\"", Text(Read(Done)!.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r")]
    [InlineData("{}")]
    [InlineData("""{"done":false,"status":"loading"}""")]
    public void A_line_that_says_nothing_is_no_chunk(string line) => Assert.Null(Read(line));

    [Theory]
    [InlineData("""{"error":"out of memory"}""")]
    [InlineData("""{"error":{"message":"x"},"done":true}""")]
    [InlineData("""{"message":""")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{} {}")]
    [InlineData("data: {}")]
    [InlineData("""{"message":1}""")]
    [InlineData("""{"message":{"content":1}}""")]
    [InlineData("""{"message":{"content":"\ud800"}}""")]
    [InlineData("""{"message":{"thinking":["x"]}}""")]
    [InlineData("""{"message":{"tool_calls":{"a":1}}}""")]
    [InlineData("""{"message":{"tool_calls":[1]}}""")]
    [InlineData("""{"message":{"tool_calls":[{"function":{}}]}}""")]
    public void What_is_no_line_of_Ollamas_is_a_backend_error(string line) =>
        Assert.Equal(EndReason.BackendError, Assert.Throws<BackendException>(() => Read(line)).Reason);

    [Fact]
    public void Invalid_UTF8_is_read_as_a_browser_reads_it() =>
        Assert.Contains("\"content\":\"\uFFFD(\"", Text(_chunks.Delta((byte[])[.. "{\"message\":{\"content\":\""u8, 0xc3, 0x28, .. "\"}}"u8])!.Value));

    /// <summary>A line, and what the caller is told of it.</summary>
    public static TheoryData<string, string?, int?> Errors => new()
    {
        { """{"error":"model runner has unexpectedly stopped"}""", "model runner has unexpectedly stopped", 502 },
        { """{"error":{"message":"too long","code":"context_length_exceeded"},"done":true}""", "too long", 400 },
        { """{"StatusCode":429,"Status":"429 Too Many Requests","error":"slow down"}""", "slow down", 502 },
        { """{"message":"busy","code":1001}""", "busy", 502 },
        { """{"detail":"no such model"}""", "no such model", 502 },
        { """error: out of memory""", "out of memory", 502 },
        { """{"error":true}""", null, null },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_in_any_shape_keeps_its_words(string line, string? message, int? status)
    {
        var failure = Assert.Throws<BackendException>(() => Read(line));

        Assert.Equal((EndReason.BackendError, message, status), (failure.Reason, failure.Fault?.Message, failure.Fault?.Status));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("false")]
    public void An_empty_error_is_none(string error) =>
        Assert.Contains("\"content\":\"a\"", Text(Read($$"""{"message":{"content":"a"},"error":{{error}},"done":false}""")!.Value));

    [Theory]
    [InlineData("error")]
    [InlineData("abort")]
    public void A_model_that_was_stopped_has_not_finished(string reason) => Assert.Equal(
        EndReason.BackendTruncated, Assert.Throws<BackendException>(() => Read($$"""{"done":true,"done_reason":"{{reason}}"}""")).Reason);

    [Fact]
    public void An_answer_that_is_not_streamed_is_one_object_with_its_usage()
    {
        var chunk = _chunks.Completion(Encoding.UTF8.GetBytes(Done.Replace("\"content\":\"\"", "\"content\":\"Hi\",\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]")));

        Assert.Equal(
            Prefix.Replace(".chunk", "") + """
            "choices":[{"index":0,"message":{"role":"assistant","content":"Hi","tool_calls":[{"id":"call_0123456789abcdef_0","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":26,"completion_tokens":12,"total_tokens":38,"ollama":{"total_duration":9,"load_duration":1,"prompt_eval_duration":3,"eval_duration":5}}}
            """,
            Text(chunk));
        Assert.Equal((true, 12L), (chunk.Facts.HasContent, chunk.Facts.CompletionTokens));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"message":{"role":"assistant","content":"Hi"},"done":false}""")]
    public void An_answer_that_is_not_streamed_must_say_that_it_is_done(string body) => Assert.Equal(
        EndReason.BackendTruncated, Assert.Throws<BackendException>(() => _chunks.Completion(Encoding.UTF8.GetBytes(body))).Reason);

    private Chunk? Read(string line) => _chunks.Delta(Encoding.UTF8.GetBytes(line));

    private static string Text(Chunk chunk) => Encoding.UTF8.GetString(chunk.Json.Span);
}
