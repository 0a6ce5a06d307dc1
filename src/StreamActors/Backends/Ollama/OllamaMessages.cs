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
        var calls = new OllamaCalls();
        var index = 0;
        json.WriteStartArray("messages");
        foreach (var message in messages.EnumerateArray())
            WriteMessage(json, message, $"messages[{index++}]", calls);
        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, JsonElement message, string where, OllamaCalls calls)
    {
        var role = message.GetProperty("role").GetString();
        json.WriteStartObject();
        // OpenAI's newer name; the templates of models know only the older.
        json.WriteString("role", role == "developer" ? "system" : role);
        var content = OllamaContent.Read(message, $"{where}.content");
        json.WriteString("content", content.Text);
        if (content.Images.Count > 0)
            WriteImages(json, content.Images);
        else if (message.Get("images") is { } own)
            json.WriteProperty("images", own);
        if ((Text(message, "thinking") ?? Text(message, "reasoning_content") ?? Text(message, "reasoning") ?? content.Thinking) is { } thinking)
            json.WriteString("thinking", thinking);
        if (message.Get("tool_calls") is { } called)
            calls.Write(json, called, $"{where}.tool_calls");
        if (role == "tool" && calls.ToolName(message) is { } name)
            json.WriteString("tool_name", name);
        foreach (var property in message.EnumerateObject().Where(p => !Translated.Contains(p.Name) && p.Value.ValueKind != JsonValueKind.Null))
            property.WriteTo(json);
        json.WriteEndObject();
    }

    private static string? Text(JsonElement message, string name) => message.Get(name)?.AsText();

    private static void WriteImages(Utf8JsonWriter json, List<string> images)
    {
        json.WriteStartArray("images");
        images.ForEach(json.WriteStringValue);
        json.WriteEndArray();
    }
}
