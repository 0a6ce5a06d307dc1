using System.Text.Json;

namespace StreamActors.Backends.Ollama;

/// <summary>The tool calls of a history as Ollama takes them, and whose result is which.</summary>
internal sealed class OllamaCalls
{
    private readonly Dictionary<string, string> _names = [];

    /// <summary>Writes <c>tool_calls</c>: the arguments as an object, whatever they came as.</summary>
    /// <exception cref="BackendException">It is no list of calls.</exception>
    public void Write(Utf8JsonWriter json, JsonElement calls, string where)
    {
        if (calls.ValueKind != JsonValueKind.Array)
            throw CallerFault.Malformed(where, "must be an array.");
        var index = 0;
        json.WriteStartArray("tool_calls");
        foreach (var call in calls.EnumerateArray())
        {
            var here = $"{where}[{index++}]";
            if (call.ValueKind != JsonValueKind.Object || Function(call) is not { } function)
                throw CallerFault.Malformed($"{here}.function", "must be an object with a name and arguments.");
            WriteCall(json, call, function);
        }

        json.WriteEndArray();
    }

    /// <summary>The name that a tool's result has, or that of the call it answers.</summary>
    public string? ToolName(JsonElement message) =>
        message.Get("tool_name")?.AsText() ?? message.Get("name")?.AsText()
            ?? (message.Get("tool_call_id")?.AsText() is { } id ? _names.GetValueOrDefault(id) : null);

    private void WriteCall(Utf8JsonWriter json, JsonElement call, (string Name, JsonElement? Arguments) function)
    {
        json.WriteStartObject();
        if (call.Get("id")?.AsText() is { } id)
        {
            _names[id] = function.Name;
            json.WriteString("id", id);
        }

        json.WriteStartObject("function");
        json.WriteString("name", function.Name);
        json.WritePropertyName("arguments");
        json.WriteRawValue(ToolArguments.ToObject(function.Arguments), skipInputValidation: true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What is called, with a tool's arguments or the plain input of OpenAI's custom tools.</summary>
    private static (string Name, JsonElement? Arguments)? Function(JsonElement call)
    {
        if (call.Get("function") is { ValueKind: JsonValueKind.Object } function)
            return (function.Get("name")?.AsText() ?? "", function.Get("arguments"));
        return call.Get("custom") is { ValueKind: JsonValueKind.Object } custom ? (custom.Get("name")?.AsText() ?? "", custom.Get("input")) : null;
    }
}
