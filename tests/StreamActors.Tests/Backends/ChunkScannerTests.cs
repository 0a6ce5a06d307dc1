using System.Text;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;

namespace StreamActors.Tests.Backends;

public class ChunkScannerTests
{
    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}""", true, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""", false, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"refusal":null}}]}""", false, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}""", true, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}""", true, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[]}}]}""", false, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{"audio":{}}}]}""", false, 0)]
    [InlineData("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", false, 1)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"},{"finish_reason":"length","delta":{},"index":1}]}""", true, 2)]
    [InlineData("""{"choices":[{"index":1,"delta":{},"finish_reason":"stop"},{"index":1,"delta":{},"finish_reason":"stop"}]}""", false, 1)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":""},"finish_reason":""}]}""", false, 0)]
    [InlineData("""{"choices":[]}""", false, 0)]
    [InlineData("""{"choices":null,"x":[{"delta":{"content":"no"}}]}""", false, 0)]
    [InlineData("""{"choices":[{"logprobs":{"content":[{"token":"x"}]},"delta":{}}]}""", false, 0)]
    [InlineData("""{"choices":[{"text":"legacy"}]}""", true, 0)]
    [InlineData("""{"error":null,"choices":[]}""", false, 0)]
    [InlineData("{}", false, 0)]
    public void Content_and_finish_reasons_are_seen(string json, bool content, int finished)
    {
        var facts = Scan(json);
        Assert.Equal((content, finished), (facts.HasContent, (int)UInt128.PopCount(facts.FinishedChoices)));
    }

    [Fact]
    public void A_finish_reason_is_progress_and_no_content() =>
        Assert.Equal(new ChunkFacts(HasContent: false, FinishedChoices: 1), Scan("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""));

    [Fact]
    public void The_backends_own_token_count_is_read() => Assert.Equal(
        42, Scan("""{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens_details":{"completion_tokens":1},"completion_tokens":42}}""").CompletionTokens);

    [Theory]
    [InlineData("""{"error":{"message":"no"}}""")]
    [InlineData("""{"error":"no"}""")]
    [InlineData("""{"choices":[""")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("""{"choices":[{"index":128}]}""")]
    [InlineData("""{"choices":[{"index":-1}]}""")]
    [InlineData("""{"choices":[{"index":"0"}]}""")]
    [InlineData("{} {}")]
    [InlineData("{} x")]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}]""")]
    public void What_is_no_chunk_is_a_backend_error(string json) =>
        Assert.Equal(EndReason.BackendError, Assert.Throws<BackendException>(() => Scan(json)).Reason);

    [Theory]
    [InlineData("abort")]
    [InlineData("error")]
    public void A_finish_reason_that_says_given_up_is_a_truncated_answer(string reason) => Assert.Equal(
        EndReason.BackendTruncated,
        Assert.Throws<BackendException>(() => Scan($$"""{"choices":[{"index":0,"delta":{},"finish_reason":"{{reason}}"}]}""")).Reason);

    [Fact]
    public void Invalid_utf8_is_a_backend_error() =>
        Assert.Throws<BackendException>(() => ChunkScanner.Scan([.. "{\"a\":\""u8, 0xff, .. "\"}"u8]));

    [Fact]
    public void Every_cut_of_a_chunk_is_refused_and_never_crashes()
    {
        var json = """{"id":"x","choices":[{"index":0,"delta":{"content":"é\n","tool_calls":[{"a":1}]},"finish_reason":"stop"}],"usage":{"completion_tokens":1}}"""u8.ToArray();
        for (var length = 0; length < json.Length; length++)
        {
            var cut = json[..length];
            Assert.Throws<BackendException>(() => ChunkScanner.Scan(cut));
        }
    }

    private static ChunkFacts Scan(string json) => ChunkScanner.Scan(Encoding.UTF8.GetBytes(json));
}
