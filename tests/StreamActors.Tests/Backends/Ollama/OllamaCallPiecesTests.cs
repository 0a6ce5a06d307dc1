using System.Text;
using System.Text.Json;
using StreamActors.Backends.Ollama;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends.Ollama;

/// <summary>
/// What servers that speak Ollama's protocol send of tool calls, one line after another, and what an OpenAI client has of them that adds
/// every text of a call's pieces to the one before: names said twice would be one wrong name.
/// </summary>
public class OllamaCallPiecesTests
{
    public static TheoryData<string[], string> Shapes => new()
    {
        { ["""{"function":{"name":"f","arguments":{"a":1}}}"""], """0 call_0123456789abcdef_0 f {"a":1}""" },
        { ["""{"id":"x","function":{"index":0,"name":"f","arguments":{"a":1}}},{"id":"y","function":{"index":1,"name":"f","arguments":{}}}"""], """0 x f {"a":1};1 y f {}""" },
        // All numbered 0, as Ollama's older versions do, and two calls of the same words.
        { ["""{"function":{"index":0,"name":"f","arguments":{}}}""", """{"function":{"index":0,"name":"f","arguments":{}}}"""], "0 call_0123456789abcdef_0 f {};1 call_0123456789abcdef_1 f {}" },
        // The same name and id in each piece of the text.
        { ["""{"id":"x","function":{"name":"f","arguments":""}}""", """{"id":"x","function":{"name":"f","arguments":"{\"a\""}}""", """{"id":"x","function":{"name":"f","arguments":":1}"}}"""], """0 x f {"a":1}""" },
        { ["""{"function":{"index":0,"name":"f","arguments":"{\"a\""}}""", """{"function":{"index":0,"name":"f","arguments":":1}"}}"""], """0 call_0123456789abcdef_0 f {"a":1}""" },
        { ["""{"function":{"name":"f","arguments":"{\"a\""}}""", """{"function":{"arguments":":1}"}}"""], """0 call_0123456789abcdef_0 f {"a":1}""" },
        { ["""{"function":{"index":0,"name":"f","arguments":"{}"}}""", """{"function":{"index":1,"name":"f","arguments":"{}"}}"""], "0 call_0123456789abcdef_0 f {};1 call_0123456789abcdef_1 f {}" },
        { ["""{"function":{"name":"f","arguments":"{}"}}""", """{"function":{"name":"f","arguments":"{}"}}"""], "0 call_0123456789abcdef_0 f {};1 call_0123456789abcdef_1 f {}" },
        // A bracket within a text ends nothing.
        { ["""{"function":{"name":"f","arguments":"{\"a\":\"}"}}""", """{"function":{"name":"f","arguments":"\"}"}}"""], """0 call_0123456789abcdef_0 f {"a":"}"}""" },
        // A whole call said again.
        { ["""{"id":"x","function":{"name":"f","arguments":{"a":1}}}""", """{"id":"x","function":{"name":"f","arguments":{"a":1}}},{"id":"y","function":{"name":"g","arguments":{}}}"""], """0 x f {"a":1};1 y g {}""" },
        // One id for two calls: they must differ for the client.
        { ["""{"id":"x","function":{"name":"f","arguments":{}}},{"id":"x","function":{"name":"g","arguments":{}}}"""], "0 x f {};1 call_0123456789abcdef_1 g {}" },
        { ["""{"id":"","function":{"name":"f"}}"""], "0 call_0123456789abcdef_0 f {}" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_client_that_adds_the_pieces_has_each_call_once(string[] lines, string expected)
    {
        var chunks = new OllamaChunks("m", new TraceId("0123456789abcdef0123456789abcdef"), DateTimeOffset.UnixEpoch, includeUsage: false, Answers.Errors);
        var calls = new SortedDictionary<int, (string Id, string Name, string Arguments)>();
        foreach (var line in lines)
        {
            var chunk = chunks.Delta(Encoding.UTF8.GetBytes($$$"""{"message":{"role":"assistant","content":"","tool_calls":[{{{line}}}]},"done":false}"""))!.Value;
            foreach (var piece in JsonDocument.Parse(chunk.Json).RootElement.GetProperty("choices")[0].GetProperty("delta").GetProperty("tool_calls").EnumerateArray())
            {
                var index = piece.GetProperty("index").GetInt32();
                var (id, name, arguments) = calls.GetValueOrDefault(index, ("", "", ""));
                var function = piece.GetProperty("function");
                calls[index] = (id + Text(piece, "id"), name + Text(function, "name"), arguments + Text(function, "arguments"));
            }
        }

        Assert.Equal(expected, string.Join(';', calls.Select(c => $"{c.Key} {c.Value.Id} {c.Value.Name} {c.Value.Arguments}")));
        Assert.EndsWith("\"finish_reason\":\"tool_calls\"}]}", Encoding.UTF8.GetString(chunks.Delta("""{"done":true,"done_reason":"stop"}"""u8.ToArray())!.Value.Json.Span));
    }

    [Fact]
    public void A_long_call_with_its_name_in_each_piece_is_not_read_again_for_each()
    {
        const int pieces = 20_000;
        var calls = new OllamaCallPieces(new TraceId("0123456789abcdef0123456789abcdef"));
        using var json = new Utf8JsonWriter(Stream.Null);
        json.WriteStartObject();
        calls.Write(json, JsonElement.Parse("""[{"function":{"name":"f","arguments":"{\"x\":\""}}]"""), whole: false);
        json.WriteEndObject();
        var piece = JsonElement.Parse("""[{"function":{"name":"f","arguments":"word"}}]""");
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < pieces; i++)
        {
            json.Reset();
            json.WriteStartObject();
            calls.Write(json, piece, whole: false);
            json.WriteEndObject();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    private static string? Text(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? value.GetString() : "";
}
