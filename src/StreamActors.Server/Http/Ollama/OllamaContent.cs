using System.Buffers.Text;
using System.Text.Json;
using static StreamActors.Server.Http.ChatRequestReader;

namespace StreamActors.Server.Http.Ollama;

/// <summary>A message's text and images: Ollama has a list of plain base64 beside the text, OpenAI parts with data URLs.</summary>
internal static class OllamaContent
{
    /// <summary>How the base64 of a picture begins, by its kind.</summary>
    private static readonly (string Begins, string Type)[] Kinds =
    [
        ("iVBORw0KGgo", "image/png"), ("/9j/", "image/jpeg"), ("R0lGOD", "image/gif"), ("UklGR", "image/webp"), ("Qk", "image/bmp"),
    ];

    /// <summary>Adds <c>content</c> to an object that is being written.</summary>
    /// <param name="json">Where.</param>
    /// <param name="text">The text.</param>
    /// <param name="images">The field, if it is there.</param>
    /// <param name="where">The field's place, for a complaint.</param>
    /// <exception cref="ApiException">400, names the field.</exception>
    public static void Write(Utf8JsonWriter json, string text, JsonElement? images, string where)
    {
        if (images is { ValueKind: not JsonValueKind.Array })
            throw Fault($"'{where}' must be an array of base64 texts.", where);
        if (images is not { } list || list.GetArrayLength() == 0)
        {
            json.WriteString("content", text);
            return;
        }

        json.WriteStartArray("content");
        if (text.Length > 0)
            WritePart(json, "text", () => json.WriteString("text", text));
        var index = 0;
        foreach (var image in list.EnumerateArray())
        {
            var url = DataUrl(image, $"{where}[{index++}]");
            WritePart(json, "image_url", () =>
            {
                json.WriteStartObject("image_url");
                json.WriteString("url", url);
                json.WriteEndObject();
            });
        }

        json.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter json, string type, Action rest)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        rest();
        json.WriteEndObject();
    }

    private static string DataUrl(JsonElement image, string where)
    {
        if (image.ValueKind != JsonValueKind.String || image.GetString() is not { Length: > 0 } base64 || !Base64.IsValid(base64))
            throw Fault($"'{where}' must be the base64 of a picture, without anything before it.", where);
        var kind = Kinds.FirstOrDefault(k => base64.StartsWith(k.Begins, StringComparison.Ordinal)).Type ?? "image/png";
        return $"data:{kind};base64,{base64}";
    }
}
