using System.Text.Json;

namespace StreamActors.Backends.Ollama;

/// <summary>
/// Messages as Ollama takes them: text and images apart, a call's arguments as an object, a tool's result under its tool's name.
/// </summary>
internal static class OllamaMessages
{
    private static readonly HashSet<string> Translated =
        ["role", "content", "tool_calls", "tool_name", "reasoning_content", "reasoning", "thinking", "images"];

    public static void Write(Utf8JsonWriter json, JsonElement messages)
    {
        var tools = new Dictionary<string, string>();
        var index = 0;
        json.WriteStartArray("messages");
        foreach (var message in messages.EnumerateArray())
            WriteMessage(json, message, $"messages[{index++}]", tools);
        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, JsonElement message, string where, Dictionary<string, string> tools)
    {
        var role = message.GetProperty("role").GetString();
        json.WriteStartObject();
        // OpenAI's newer name; the templates of models know only the older.
        json.WriteString("role", role == "developer" ? "system" : role);
        var images = OllamaContent.Write(json, message, $"{where}.content");
        if (images.Count > 0)
            WriteImages(json, images);
        else if (message.Get("images") is { } own)
            json.WriteProperty("images", own);
        if ((message.Get("thinking") ?? message.Get("reasoning_content") ?? message.Get("reasoning")) is { ValueKind: JsonValueKind.String } thinking)
            json.WriteProperty("thinking", thinking);
        if (message.Get("tool_calls") is { } calls)
            WriteToolCalls(json, calls, $"{where}.tool_calls", tools);
        if (role == "tool" && ToolName(message, tools) is { } name)
            json.WriteString("tool_name", name);
        foreach (var property in message.EnumerateObject().Where(p => !Translated.Contains(p.Name) && p.Value.ValueKind != JsonValueKind.Null))
            property.WriteTo(json);
        json.WriteEndObject();
    }

    private static void WriteImages(Utf8JsonWriter json, List<string> images)
    {
        json.WriteStartArray("images");
        images.ForEach(json.WriteStringValue);
        json.WriteEndArray();
    }

    /// <summary>The name it has, or that of the call it answers.</summary>
    private static string? ToolName(JsonElement message, Dictionary<string, string> tools) =>
        message.Get("tool_name")?.AsText() ?? message.Get("name")?.AsText()
            ?? (message.Get("tool_call_id")?.AsText() is { } id ? tools.GetValueOrDefault(id) : null);

    private static void WriteToolCalls(Utf8JsonWriter json, JsonElement calls, string where, Dictionary<string, string> tools)
    {
        if (calls.ValueKind != JsonValueKind.Array)
            throw CallerFault.Malformed(where, "must be an array.");
        var index = 0;
        json.WriteStartArray("tool_calls");
        foreach (var call in calls.EnumerateArray())
        {
            var here = $"{where}[{index++}].function";
            if (call.ValueKind != JsonValueKind.Object || call.Get("function") is not { ValueKind: JsonValueKind.Object } function
                || function.Get("name")?.AsText() is not { } name)
                throw CallerFault.Malformed(here, "must be an object with a name.");
            json.WriteStartObject();
            if (call.Get("id")?.AsText() is { } id)
            {
                tools[id] = name;
                json.WriteString("id", id);
            }

            json.WriteStartObject("function");
            json.WriteString("name", name);
            json.WritePropertyName("arguments");
            WriteArguments(json, function.Get("arguments"), $"{here}.arguments");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteArguments(Utf8JsonWriter json, JsonElement? arguments, string where)
    {
        var text = arguments is { ValueKind: JsonValueKind.Object } already ? already.GetRawText() : arguments?.AsText() ?? "";
        try
        {
            using var parsed = JsonDocument.Parse(string.IsNullOrWhiteSpace(text) ? "{}" : text);
            if (parsed.RootElement.ValueKind != JsonValueKind.Object)
                throw CallerFault.Malformed(where, "must be the text of a JSON object.");
            parsed.RootElement.WriteTo(json);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw CallerFault.Malformed(where, "must be the text of a JSON object.");
        }
    }
}
