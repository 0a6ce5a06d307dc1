using System.Text.Json;
using StreamActors.Backends.Ollama;
using static StreamActors.Server.Http.ChatRequestReader;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// The messages of one request of Ollama's said in OpenAI's words. OpenAI ties a tool's result to its call by an id, where Ollama
/// has at most the tool's name: ids are made where there are none, and each result goes to the oldest call that fits and has none yet.
/// </summary>
/// <param name="json">Where they go, one after another.</param>
internal sealed class OllamaMessages(Utf8JsonWriter json)
{
    private readonly UnansweredCalls _unanswered = new();
    private int _calls;

    /// <exception cref="ApiException">400, names the field.</exception>
    public void Write(JsonElement messages)
    {
        var index = 0;
        foreach (var message in messages.EnumerateArray())
            WriteMessage(message, $"messages[{index++}]");
    }

    private void WriteMessage(JsonElement message, string where)
    {
        if (message.ValueKind != JsonValueKind.Object)
            throw Fault($"'{where}' must be an object with 'role' and 'content'.", where);
        json.WriteStartObject();
        var role = Text(message, "role", where) ?? throw Fault($"'{where}.role' must be a string such as \"user\".", $"{where}.role");
        json.WriteString("role", role);
        OllamaContent.Write(json, Text(message, "content", where) ?? "", Value(message, "images"), $"{where}.images");
        if (Text(message, "thinking", where) is { Length: > 0 } thinking)
            json.WriteString("reasoning", thinking);
        if (Value(message, "tool_calls") is { } calls)
            WriteCalls(calls, $"{where}.tool_calls");
        if (role == "tool")
            WriteResult(Text(message, "tool_call_id", where), Text(message, "tool_name", where) ?? Text(message, "name", where));
        json.WriteEndObject();
    }

    private void WriteCalls(JsonElement calls, string where)
    {
        if (calls.ValueKind != JsonValueKind.Array)
            throw Fault($"'{where}' must be an array.", where);
        if (calls.GetArrayLength() == 0)
            return;
        json.WriteStartArray("tool_calls");
        var index = 0;
        foreach (var call in calls.EnumerateArray())
            WriteCall(call, $"{where}[{index++}]");
        json.WriteEndArray();
    }

    private void WriteCall(JsonElement call, string where)
    {
        if (call.ValueKind != JsonValueKind.Object || Value(call, "function") is not { ValueKind: JsonValueKind.Object } function)
            throw Fault($"'{where}' must be an object with 'function'.", where);
        var name = Text(function, "name", $"{where}.function")
            ?? throw Fault($"'{where}.function.name' must be a string.", $"{where}.function.name");
        var id = Text(call, "id", where) is { Length: > 0 } given ? given : $"call_{_calls}";
        _calls++;
        _unanswered.Add(id, name);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", name);
        json.WriteString("arguments", ToolArguments.ToObject(Value(function, "arguments")));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteResult(string? id, string? tool)
    {
        id = _unanswered.Take(id, tool) ?? id;
        if (id is not null)
            json.WriteString("tool_call_id", id);
        if (tool is not null)
            json.WriteString("name", tool);
    }

    private static string? Text(JsonElement owner, string name, string where) => Value(owner, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Fault($"'{where}.{name}' must be a string.", $"{where}.{name}"),
    };
}
