using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>The <c>message</c> of an answer's lines as OpenAI's delta; fields not known here pass as they came.</summary>
/// <param name="trace">Names the calls that Ollama gives no name.</param>
internal sealed class OllamaMessage(TraceId trace)
{
    private int _calls;

    /// <summary>The model has called a tool.</summary>
    public bool HasToolCalls => _calls > 0;

    /// <summary>Writes the fields of one line's message.</summary>
    /// <param name="json">In the delta.</param>
    /// <param name="message">Ollama's.</param>
    /// <param name="whole">It is a whole message: its calls are counted by their place.</param>
    /// <returns>Whether it carries a part of the answer.</returns>
    public bool Write(Utf8JsonWriter json, JsonElement message, bool whole)
    {
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
                    WriteToolCalls(json, property.Value, whole);
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
        if (text.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            throw UpstreamHttp.NotTheProtocol("a text that is none");
        json.WriteProperty(name, text);
    }

    private void WriteToolCalls(Utf8JsonWriter json, JsonElement calls, bool whole)
    {
        if (calls.ValueKind == JsonValueKind.Null)
            return;
        if (calls.ValueKind != JsonValueKind.Array)
            throw UpstreamHttp.NotTheProtocol("tool calls that are no array");
        json.WriteStartArray("tool_calls");
        foreach (var call in calls.EnumerateArray())
        {
            if (call.ValueKind != JsonValueKind.Object || call.Get("function") is not { ValueKind: JsonValueKind.Object } function
                || function.Get("name")?.AsText() is not { } name)
                throw UpstreamHttp.NotTheProtocol("a tool call without a function");
            json.WriteStartObject();
            if (!whole)
                json.WriteNumber("index", _calls);
            // Ollama's older versions name no calls; those of one answer must differ.
            json.WriteString("id", call.Get("id")?.AsText() is { Length: > 0 } id ? id : $"call_{trace.Value[..16]}_{_calls}");
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", name);
            json.WriteString("arguments", function.Get("arguments") is { } arguments ? arguments.AsText() ?? arguments.GetRawText() : "{}");
            json.WriteEndObject();
            json.WriteEndObject();
            _calls++;
        }

        json.WriteEndArray();
    }
}
