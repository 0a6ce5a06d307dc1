using System.Buffers.Text;
using System.Text.Json;

namespace StreamActors.Backends.Ollama;

/// <summary>The bytes of an image part. What an address names is not fetched.</summary>
internal static class OllamaImage
{
    private const string DataScheme = "data:";
    private const string Base64Mark = ";base64,";

    /// <summary>Its base64, without line breaks: OpenAI's part, or the <c>source</c> that Anthropic's clients write.</summary>
    /// <exception cref="BackendException">It is an address, or no base64; names the place.</exception>
    public static string Read(JsonElement part, string type, string where)
    {
        if (type == "image" && part.Get("source") is { ValueKind: JsonValueKind.Object } source && source.Get("data")?.AsText() is { } data)
            return Bytes(data, $"{where}.source");
        var image = part.Get(type == "image" ? "image" : "image_url");
        var url = image is { ValueKind: JsonValueKind.Object } named ? named.Get("url")?.AsText() : image?.AsText();
        var mark = url?.IndexOf(Base64Mark, StringComparison.OrdinalIgnoreCase) ?? -1;
        if (url is null || mark < 0 || !url.StartsWith(DataScheme, StringComparison.OrdinalIgnoreCase))
            throw CallerFault.Unsupported($"{where}.image_url", "must be a data URL (data:image/png;base64,...): Ollama fetches no images.");
        return Bytes(url[(mark + Base64Mark.Length)..], $"{where}.image_url");
    }

    private static string Bytes(string base64, string where)
    {
        if (!Base64.IsValid(base64) || string.IsNullOrWhiteSpace(base64))
            throw CallerFault.Malformed(where, "is not valid base64.");
        return base64.Any(char.IsWhiteSpace) ? string.Concat(base64.Where(c => !char.IsWhiteSpace(c))) : base64;
    }
}
