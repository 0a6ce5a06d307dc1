using System.Text.Json;
using StreamActors.Server.Http.Ollama;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>How OpenAI's servers send tool calls in pieces, and the whole calls that Ollama's clients get.</summary>
public class OllamaToolCallsTests
{
    public static TheoryData<string[], string> Shapes => new()
    {
        { [Piece(0, "a", "f", ""), Piece(0, null, null, "{\"x\""), Piece(0, null, null, ":1}")], "a f {\"x\":1}" },
        // The name in each piece, with the id, without, or with a new id each time.
        { [Piece(0, "a", "f", ""), Piece(0, "a", "f", "{\"x\""), Piece(0, "a", "f", ":1}")], "a f {\"x\":1}" },
        { [Piece(0, "a", "f", "{\"x\""), Piece(0, null, "f", ":1}")], "a f {\"x\":1}" },
        { [Piece(0, "a", "f", ""), Piece(0, "b", "f", "{\"x\""), Piece(0, "c", "f", ":1}")], "a f {\"x\":1}" },
        { [Piece(0, "a", "f", "{\"x\""), Piece(0, "b", null, ":1}")], "a f {\"x\":1}" },
        { [Piece(0, "a", "f", ""), Piece(0, "", "", "{}")], "a f {}" },
        // The name in pieces, or first a part and then all of it.
        { [Piece(0, "a", "get_", ""), Piece(0, null, "weather", ""), Piece(0, null, null, "{}")], "a get_weather {}" },
        { [Piece(0, "a", "get_", ""), Piece(0, "a", "get_weather", "{}")], "a get_weather {}" },
        // No numbers.
        { [Piece(null, "a", "f", "{\"x\""), Piece(null, null, null, ":1}"), Piece(null, "b", "g", "{}")], "a f {\"x\":1};b g {}" },
        { [Piece(null, null, "f", "{\"x\""), Piece(null, null, "f", ":1}"), Piece(null, null, "f", "{}")], "* f {\"x\":1};* f {}" },
        { [Piece(null, null, "f", "{\"x\":1}\n "), Piece(null, null, "f", "{}"), Piece(null, null, "f", "{\"}")], "* f {\"x\":1};* f {};* f {\"arguments\":\"{\\\"}\"}" },
        // All numbered 0.
        { [Piece(0, "a", "f", "{}"), Piece(0, "b", "f", "{}"), Piece(0, "c", "g", "{}")], "a f {};b f {};c g {}" },
        // Each piece has a number of its own.
        { [Piece(0, "a", "f", "{\"x\""), Piece(1, "a", null, ":"), Piece(2, "a", "f", "1}")], "a f {\"x\":1}" },
        { [Piece(0, "a", "f", "{\"x\""), Piece(1, null, null, ":1}")], "a f {\"x\":1}" },
        // In turn.
        { [Piece(0, "a", "f", "{"), Piece(1, "b", "g", "{"), Piece(0, null, null, "}"), Piece(1, null, null, "}")], "a f {};b g {}" },
        { [Piece(1, "a", "f", "{}"), Piece(0, "b", "g", "{}")], "a f {};b g {}" },
        // Nothing to begin with.
        { ["{}", """{"index":0,"function":{"arguments":""}}""", Piece(0, "a", "f", "{}")], "a f {}" },
        { ["""{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":{"x":1}}}"""], "a f {\"x\":1}" },
        { ["""{"index":0,"id":"a","function":{"name":"f","arguments":null}}"""], "a f {}" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_call_comes_once_and_whole(string[] pieces, string expected)
    {
        var calls = new OllamaToolCalls();
        foreach (var piece in pieces)
            calls.Add(JsonElement.Parse($"[{piece}]"));

        Assert.Equal(expected, Written(calls));
    }

    [Fact]
    public void A_long_call_with_its_name_in_each_piece_is_not_read_again_for_each()
    {
        const int pieces = 20_000;
        var calls = new OllamaToolCalls();
        calls.Add(JsonElement.Parse($"[{Piece(0, null, "f", "{\"x\":\"")}]"));
        var piece = JsonElement.Parse($"[{Piece(0, null, "f", "word")}]");
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < pieces; i++)
            calls.Add(piece);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void The_calls_of_a_whole_message_are_no_pieces_of_each_other()
    {
        var calls = new OllamaToolCalls(whole: true);
        calls.Add(JsonElement.Parse($"[{Piece(null, "a", "f", "")},{Piece(null, "b", "f", "")},{Piece(null, null, "f", "{")}]"));

        Assert.Equal("a f {};b f {};* f {\"arguments\":\"{\"}", Written(calls));
    }

    private static string Piece(int? index, string? id, string? name, string arguments) => JsonSerializer.Serialize(new
    {
        index, id, type = "function", function = new { name, arguments },
    });

    private static string Written(OllamaToolCalls calls)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            calls.WriteTo(json);
            json.WriteEndObject();
        }

        var written = JsonElement.Parse(buffer.ToArray()).GetProperty("tool_calls").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, written.Count), written.Select(c => c.GetProperty("function").GetProperty("index").GetInt32()));
        return string.Join(';', written.Select(c =>
            $"{Id(c)} {c.GetProperty("function").GetProperty("name")} {c.GetProperty("function").GetProperty("arguments").GetRawText()}"));
    }

    /// <summary>One that was made up is a star.</summary>
    private static string? Id(JsonElement call) => call.GetProperty("id").GetString() is { } id && id.StartsWith("call_", StringComparison.Ordinal) ? "*" : call.GetProperty("id").GetString();
}
