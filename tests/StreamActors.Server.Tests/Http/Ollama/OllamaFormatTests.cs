using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Protocol;
using StreamActors.Server.Http;
using StreamActors.Server.Http.Ollama;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>What OpenAI's chunks become.</summary>
public class OllamaFormatTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero));

    [Fact]
    public void A_piece_of_text_is_one_line_as_it_stands()
    {
        var format = Format();

        Assert.Equal(
            "{\"model\":\"m\",\"created_at\":\"2026-01-02T03:04:05.0060000Z\",\"message\":{\"role\":\"assistant\",\"content\":\"a\\ud83d\\n\"},\"done\":false}\n",
            Written(format, """{"choices":[{"delta":{"content":"a\ud83d\n"}}]}"""));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"choices":null,"usage":null}""")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":[null,7]}""")]
    [InlineData("""{"choices":[{"index":1,"delta":{"content":"other"}},{"index":0,"delta":{}}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":null}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":null,"tool_calls":null}}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":[7],"tool_calls":[null,7,{}]}}]}""")]
    public void What_says_nothing_is_no_line(string chunk) => Assert.Equal("", Written(Format(), chunk));

    [Theory]
    [InlineData("""{"choices":[{"index":1,"delta":{"content":"x"}}]}""")]
    [InlineData("""{"choices":[null,{"index":-1,"delta":{"content":"x"}}]}""")]
    [InlineData("""{"choices":{"index":0,"delta":{"content":"x"}}}""")]
    [InlineData("""{"choices":[{"delta":{"content":"x"},"logprobs":{"content":[NaN,],},}]}""")]
    public void The_one_choice_is_it_however_it_is_numbered(string chunk) => Assert.Contains("\"content\":\"x\"", Written(Format(), chunk));

    [Theory]
    [InlineData("""[{"type":"text","text":"a\ud83d"},null,{"type":"text","text":"\ude00b"}]""", "\"content\":\"a\\ud83d\\ude00b\"}")]
    [InlineData("""[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]""", "\"content\":\"\",\"thinking\":\"hm\"}")]
    [InlineData("""[{"type":"thinking","thinking":"hm"},{"type":"text","text":"x"}]""", "\"content\":\"x\",\"thinking\":\"hm\"}")]
    public void Content_in_parts_is_text_and_thoughts(string content, string written) =>
        Assert.Contains(written, Written(Format(), "{\"choices\":[{\"delta\":{\"content\":" + content + "}}]}"), StringComparison.Ordinal);

    [Fact]
    public void Logprobs_stand_beside_the_text_in_one_line()
    {
        var line = Written(Format(), "{\"choices\":[{\"delta\":{\"content\":\"x\"},\"logprobs\":{\"content\":[\n{\"token\":\"x\",\r\n\"logprob\":-1e-7}]}}]}");

        Assert.Equal(line.Length - 1, line.IndexOfAny(['\n', '\r']));
        Assert.Equal("-1e-7", JsonDocument.Parse(line).RootElement.GetProperty("logprobs")[0].GetProperty("logprob").GetRawText());
    }

    [Theory]
    [InlineData("""{\"a\":1}""", """{"a":1}""")]
    [InlineData("", "{}")]
    [InlineData("  ", "{}")]
    [InlineData("""{\"a\":\"\\ud83d\\ude00\"}""", """{"a":"\ud83d\ude00"}""")]
    [InlineData("""{\n\"a\":1\r\n}""", """{ "a":1  }""")]
    [InlineData("""{\"a\":""", """{"arguments":"{\"a\":"}""")]
    [InlineData("7", """{"arguments":"7"}""")]
    [InlineData("""{\"a\":\"\ud83d\"}""", """{"arguments":"{\"a\":\"\ud83d\"}"}""")]
    public void Arguments_are_an_object_also_where_the_model_wrote_none(string said, string expected)
    {
        var format = Format();
        var half = said.LastIndexOf('\\') is > 0 and var escape ? escape : 0;
        Written(format, Call(0, "c1", "f", said[..half]));
        Written(format, Call(0, null, null, said[half..]));

        Assert.Contains($"\"tool_calls\":[{{\"id\":\"c1\",\"function\":{{\"index\":0,\"name\":\"f\",\"arguments\":{expected}}}}}]", Text(format.Completed()));
    }

    [Fact]
    public void Calls_are_told_apart_also_where_a_server_numbers_them_badly()
    {
        var format = Format();
        Written(format, Call(0, "a", "f", "{}"));
        Written(format, Call(0, "b", "g", "{"));
        Written(format, Call(0, "b", null, "}"));
        Written(format, """{"choices":[{"delta":{"tool_calls":[{"function":{"name":"h","arguments":{"x":1}}},{"function":{"name":"i"}}]}}]}""");

        var lines = Text(format.Completed()).TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();

        Assert.Equal([false, true], lines.Select(l => l.GetProperty("done").GetBoolean()));
        Assert.Equal(
            ["f {}", "g {}", "h {\"x\":1}", "i {}"],
            lines[0].GetProperty("message").GetProperty("tool_calls").EnumerateArray().Select(c => c.GetProperty("function"))
                .Select(f => $"{f.GetProperty("name").GetString()} {f.GetProperty("arguments").GetRawText()}"));
    }

    [Fact]
    public void The_last_line_has_the_times_as_seen_and_the_backends_own_where_it_gives_them()
    {
        var format = Format();
        _time.Advance(TimeSpan.FromMilliseconds(30));
        Written(format, """{"choices":[{"delta":{"content":"x"}}]}""");
        _time.Advance(TimeSpan.FromMilliseconds(70));
        Assert.Contains(
            "\"done\":true,\"total_duration\":100000000,\"prompt_eval_duration\":30000000,\"eval_duration\":70000000}",
            Text(format.Completed()));

        Written(format, """{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"ollama":{"total_duration":5,"load_duration":6,"eval_duration":"?"}}}""");
        Assert.Contains(
            "\"total_duration\":5,\"load_duration\":6,\"prompt_eval_count\":3,\"prompt_eval_duration\":30000000,\"eval_count\":4,\"eval_duration\":70000000}",
            Text(format.Completed()));
    }

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("length", "length")]
    [InlineData("tool_calls", "stop")]
    [InlineData("content_filter", "content_filter")]
    public void The_reason_is_said_in_Ollamas_words(string finish, string done)
    {
        var format = Format();
        Written(format, $$"""{"choices":[{"delta":{},"finish_reason":"{{finish}}"}]}""");

        Assert.Contains($"\"done_reason\":\"{done}\"", Text(format.Completed()));
    }

    [Fact]
    public void One_object_comes_with_its_end_and_not_before()
    {
        IAnswerFormat format = OllamaFront.Chat.Format(stream: false, "m", _time);

        var before = Written(format, """{"choices":[{"message":{"content":"x","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}]}""");

        Assert.Equal("", before);
        var answer = JsonDocument.Parse(format.Completed()).RootElement;
        Assert.Equal("x", answer.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("f", answer.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("name").GetString());
    }

    private IAnswerFormat Format() => OllamaFront.Chat.Format(stream: true, "m", _time);

    private static string Call(int index, string? id, string? name, string arguments) =>
        $$$"""{"choices":[{"delta":{"tool_calls":[{"index":{{{index}}},"id":{{{JsonSerializer.Serialize(id)}}},"function":{"name":{{{JsonSerializer.Serialize(name)}}},"arguments":"{{{arguments}}}"}}]}}]}""";

    private static string Written(IAnswerFormat format, string chunk)
    {
        var body = new ArrayBufferWriter<byte>();
        format.Chunks.Write(new Chunk(Encoding.UTF8.GetBytes(chunk), new ChunkFacts(HasContent: true)), body);
        return Text(body.WrittenMemory);
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
