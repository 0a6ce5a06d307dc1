using System.Text;
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
    [InlineData("""{"choices":{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}}""", true, 1)]
    [InlineData("""{"choices":[null,"x",7,[{"delta":{"content":"no"}}],{"delta":{"content":"x"},"finish_reason":"stop"}],"x":1}""", true, 1)]
    [InlineData("""{"choices":[{"delta":null,"finish_reason":"null"}]}""", false, 0)]
    [InlineData("""{"choices":[{"delta":"text","finish_reason":"None"}]}""", true, 0)]
    [InlineData("""{"choices":[{"delta":{"content":"x"},"finish_reason":{"type":"length"}}],"usage":null}""", true, 1)]
    [InlineData("""{"choices":[{"finish_reason":"stop"},{"finish_reason":"stop"},{"index":null,"finish_reason":"stop"}]}""", false, 3)]
    [InlineData("""{"choices":[{"index":262143,"finish_reason":"stop"},{"index":262144,"finish_reason":"stop"},{"index":262143,"finish_reason":"stop"}]}""", false, 2)]
    [InlineData("""{"choices":[{"index":128,"finish_reason":"stop"},{"index":-1,"finish_reason":"stop"}]}""", false, 2)]
    [InlineData("""{"choices":[{"index":1e400,"finish_reason":"stop"},{"index":0.5,"finish_reason":"stop"},{"index":{},"finish_reason":"stop"},{"index":[2],"finish_reason":"stop"}]}""", false, 4)]
    [InlineData("""{"choices":[{"index":"1","finish_reason":"stop"},{"index":0.0,"finish_reason":"stop"}]}""", false, 2)]
    [InlineData("""{"choices":[{"index":"1","finish_reason":"stop"},{"index":1.0,"finish_reason":"stop"}]}""", false, 1)]
    [InlineData("""{"choices":[{"index":7,"finish_reason":"stop","delta":{"a":[[{}]]}}],"usage":{"completion_tokens":"x"}}""", true, 1)]
    [InlineData("""{"choices":[{"delta":{"content":"x",},"finish_reason":"stop",},],}""", true, 1)]
    [InlineData("{}", false, 0)]
    public void Content_and_finish_reasons_are_seen(string json, bool content, int finished)
    {
        var facts = Scan(json);
        Assert.Equal((content, finished), (facts.HasContent, facts.FinishedChoices.Count));
    }

    [Fact]
    public void A_finish_reason_is_progress_and_no_content() =>
        Assert.Equal(new ChunkFacts(HasContent: false, FinishedChoices: ChoiceSet.Of(0)), Scan("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""));

    [Fact]
    public void The_backends_own_token_count_is_read() => Assert.Equal(
        42, Scan("""{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens_details":{"completion_tokens":1},"completion_tokens":42}}""").CompletionTokens);

    [Theory]
    [InlineData("42", 42L)]
    [InlineData("42.0", 42L)]
    [InlineData("\"42\"", 42L)]
    [InlineData("1e400", null)]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    public void A_count_of_tokens_is_read_in_any_form(string count, long? tokens) =>
        Assert.Equal(tokens, Scan("""{"choices":[],"usage":{"completion_tokens":""" + count + "}}").CompletionTokens);

    [Theory]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}]}""", "Chunk")]
    [InlineData("""{"choices":[{"delta":{},"message":{"content":"x"}}]}""", "Chunk")]
    [InlineData("""{"choices":[{"text":"x"}]}""", "Chunk")]
    [InlineData("""{"choices":[{"message":{"content":"x"}}]}""", "Whole")]
    [InlineData("""{"choices":[{"message":{"content":"x"},"delta":null}]}""", "Whole")]
    [InlineData("""{"choices":[],"usage":{"completion_tokens":1}}""", "Other")]
    [InlineData("""{"choices":null}""", "Other")]
    [InlineData("""{}""", "Other")]
    [InlineData("""{"error":{"message":"no"}}""", "Error")]
    [InlineData("""{"error":"no","choices":[]}""", "Error")]
    [InlineData("""{"error":true}""", "Error")]
    [InlineData("""{"error":500}""", "Error")]
    [InlineData("""{"error":[null,{"code":1}]}""", "Error")]
    [InlineData("""{"object":"error","message":"no"}""", "Error")]
    [InlineData("""{"choices":[{"delta":{"content":""},"finish_reason":"error","error":{"code":502,"message":"no"}}]}""", "Error")]
    [InlineData("""{"error":null,"choices":[{"delta":{}}]}""", "Chunk")]
    [InlineData("""{"error":false,"choices":[{"delta":{}}]}""", "Chunk")]
    [InlineData("""{"error":"","choices":[{"delta":{}}]}""", "Chunk")]
    [InlineData("""{"error":0,"choices":[{"delta":{}}]}""", "Chunk")]
    [InlineData("""{"error":{},"choices":[{"delta":{},"error":[]}]}""", "Chunk")]
    [InlineData("""{"error":{"message":"","type":"","param":null,"code":0},"choices":[{"delta":{}}]}""", "Chunk")]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"abort"}]}""", "GivenUp")]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"error"}]}""", "GivenUp")]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"insufficient_system_resource"}]}""", "GivenUp")]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"network_error"}]}""", "GivenUp")]
    [InlineData("""{"choices":[""", "NotJson")]
    [InlineData("[]", "NotJson")]
    [InlineData("1", "NotJson")]
    [InlineData("", "NotJson")]
    [InlineData("{} {}", "NotJson")]
    [InlineData("{} x", "NotJson")]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}]""", "NotJson")]
    [InlineData("""{"choices":[{"logprobs":NaN}]}""", "NotJson")]
    public void What_it_is_is_told(string json, string nature) => Assert.Equal(nature, ChunkScanner.Scan(Encoding.UTF8.GetBytes(json)).Nature.ToString());

    [Fact]
    public void Invalid_utf8_is_not_json() =>
        Assert.Equal(ChunkNature.NotJson, ChunkScanner.Scan([.. "{\"a\":\""u8, 0xff, .. "\"}"u8]).Nature);

    [Fact]
    public void Depth_is_no_matter()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":[", 50_000)) + string.Concat(Enumerable.Repeat("]}", 50_000));

        var scan = ChunkScanner.Scan(Encoding.UTF8.GetBytes($$"""{"choices":[{"delta":{"content":"x","x":{{deep}}},"finish_reason":"stop"}]}"""));

        Assert.Equal(new ScannedChunk(new ChunkFacts(HasContent: true, FinishedChoices: ChoiceSet.Of(0)), ChunkNature.Chunk), scan);
    }

    [Fact]
    public void Every_cut_of_a_chunk_is_told_and_never_crashes()
    {
        var json = """{"id":"x","choices":[{"index":0,"delta":{"content":"é\n","tool_calls":[{"a":1}]},"finish_reason":"stop"}],"usage":{"completion_tokens":1}}"""u8.ToArray();
        for (var length = 0; length < json.Length; length++)
            Assert.Equal(ChunkNature.NotJson, ChunkScanner.Scan(json.AsSpan(0, length)).Nature);
    }

    private static ChunkFacts Scan(string json) => ChunkScanner.Scan(Encoding.UTF8.GetBytes(json)).Facts;
}
