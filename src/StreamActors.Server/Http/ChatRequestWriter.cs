using System.Buffers;
using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>Makes of a checked body what the backend is sent: the same bytes wherever nothing has to change.</summary>
internal static class ChatRequestWriter
{
    /// <summary>The body with the model resolved and the short form written out; all other fields as they came.</summary>
    /// <param name="chat">The checked body.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="toOllama">It goes to an Ollama, which takes Ollama's fields; strict servers refuse those they do not know.</param>
    public static ReadOnlyMemory<byte> Write(ChatBody chat, string model, bool toOllama = false)
    {
        var left = toOllama ? [] : chat.OllamaFields;
        if (chat.Prompt is null && chat.Model == model && left.Count == 0)
            return chat.Body;

        var buffer = new ArrayBufferWriter<byte>(chat.Body.Length + 128);
        using var source = JsonDocument.Parse(chat.Body, RequestJson.Reading);
        using (var json = new Utf8JsonWriter(buffer, RequestJson.Writing))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            if (chat.Prompt is not null)
                WriteUserMessage(json, chat.Prompt);
            foreach (var property in source.RootElement.EnumerateObject())
            {
                var replaced = left.Contains(property.Name) || property.NameEquals("model") || (chat.Prompt is not null && (property.NameEquals("prompt") || property.NameEquals("messages")));
                if (!replaced)
                    property.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteUserMessage(Utf8JsonWriter json, string prompt)
    {
        json.WriteStartArray("messages");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteString("content", prompt);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
