using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace StreamActors.Backends.Ollama;

/// <summary>A message's content: its text, and its images apart from it.</summary>
internal static class OllamaContent
{
    private const string DataScheme = "data:";
    private const string Base64Mark = ";base64,";

    /// <summary>Writes the text (of several parts: one line after another) and gives back the images.</summary>
    public static List<string> Write(Utf8JsonWriter json, JsonElement message, string where)
    {
        var images = new List<string>();
        switch (message.Get("content"))
        {
            case null:
                json.WriteString("content", "");
                break;
            case { ValueKind: JsonValueKind.String } text:
                json.WriteProperty("content", text);
                break;
            case { } parts:
                json.WriteString("content", ReadParts(parts, where, images));
                break;
        }

        return images;
    }

    private static string ReadParts(JsonElement parts, string where, List<string> images)
    {
        var text = new StringBuilder();
        var index = 0;
        foreach (var part in parts.EnumerateArray())
        {
            var here = $"{where}[{index++}]";
            var type = part.ValueKind == JsonValueKind.Object ? part.Get("type")?.AsText() : null;
            if (type is "text" or "refusal" && part.Get(type)?.AsText() is { } words)
                text.Append(text.Length > 0 ? "\n" : "").Append(words);
            else if (type == "image_url")
                images.Add(ReadImage(part.Get("image_url"), $"{here}.image_url"));
            else
                throw CallerFault.Unsupported(here, "must be a part of type text or image_url: Ollama takes no others.");
        }

        return text.ToString();
    }

    /// <summary>Ollama takes images by their bytes; what an address names is not fetched for anybody.</summary>
    private static string ReadImage(JsonElement? image, string where)
    {
        var url = image is { ValueKind: JsonValueKind.Object } named ? named.Get("url")?.AsText() : image?.AsText();
        var mark = url?.IndexOf(Base64Mark, StringComparison.OrdinalIgnoreCase) ?? -1;
        if (url is null || mark < 0 || !url.StartsWith(DataScheme, StringComparison.OrdinalIgnoreCase))
            throw CallerFault.Unsupported(where, "must be a data URL (data:image/png;base64,...): Ollama fetches no images.");
        var bytes = url[(mark + Base64Mark.Length)..];
        return Base64.IsValid(bytes) && bytes.Length > 0 ? bytes : throw CallerFault.Malformed(where, "is not valid base64.");
    }
}
