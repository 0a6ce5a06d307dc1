using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>The <c>message</c> of an answer's lines as OpenAI's delta; fields not known here pass as they came.</summary>
/// <param name="trace">Names the calls that Ollama gives no name.</param>
internal sealed class OllamaMessage(TraceId trace)
{
    private readonly OllamaCallPieces _calls = new(trace);

    /// <summary>The model has called a tool.</summary>
    public bool HasToolCalls => _calls.Any;

    /// <summary>Writes the fields of one line's message.</summary>
    /// <param name="json">In the delta.</param>
    /// <param name="message">Ollama's.</param>
    /// <param name="whole">It is a whole message: its calls are counted by their place.</param>
    /// <returns>Whether it carries a part of the answer.</returns>
    public bool Write(Utf8JsonWriter json, JsonElement message, bool whole)
    {
        if (!message.IsSomething())
            return false;
        if (message.ValueKind != JsonValueKind.Object)
            throw UpstreamHttp.NotTheProtocol("a message that is no object");
        var content = false;
        foreach (var property in message.EnumerateObject().Where(p => p.Name != "role"))
        {
            content |= property.Value.IsSomething();
            switch (property.Name)
            {
                case "content":
                    WriteText(json, "content", property.Value);
                    break;
                case "thinking":
                    WriteText(json, "reasoning_content", property.Value);
                    break;
                case "tool_calls":
                    _calls.Write(json, property.Value, whole);
                    break;
                default:
                    property.WriteTo(json);
                    break;
            }
        }

        return content;
    }

    private static void WriteText(Utf8JsonWriter json, string name, JsonElement text)
    {
        if (text.ValueKind == JsonValueKind.String)
            json.WriteProperty(name, text);
        else if (!text.IsSomething())
            json.WriteNull(name);
        else
            throw UpstreamHttp.NotTheProtocol("a text that is no string");
    }
}
