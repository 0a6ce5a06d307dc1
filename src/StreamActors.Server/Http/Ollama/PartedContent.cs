using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Server.Http.Ollama;

/// <summary>Content that is a list of parts, as Mistral's models that think send it: what of it is text, and what is thought.</summary>
internal static class PartedContent
{
    /// <summary>What a member says, a string or the parts of a list that are text; null: nothing.</summary>
    public static JsonElement? Text(JsonElement owner, string name) =>
        OllamaPart.Text(owner, name) ?? (OllamaPart.Property(owner, name, JsonValueKind.Array) is { } parts ? Joined(Texts(parts)) : null);

    /// <summary>The thoughts in a member that is a list; null: none.</summary>
    public static JsonElement? Thinking(JsonElement owner, string name) => OllamaPart.Property(owner, name, JsonValueKind.Array) is { } parts
        ? Joined(parts.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Object).SelectMany(Thoughts))
        : null;

    private static IEnumerable<JsonElement> Thoughts(JsonElement part) =>
        OllamaPart.Property(part, "thinking", JsonValueKind.Array) is { } parts ? Texts(parts)
        : OllamaPart.Text(part, "thinking") is { } thought ? [thought]
        : [];

    private static IEnumerable<JsonElement> Texts(JsonElement parts) => parts.EnumerateArray()
        .Where(part => part.ValueKind == JsonValueKind.Object)
        .Select(part => OllamaPart.Text(part, "text"))
        .OfType<JsonElement>();

    /// <summary>One string of several, each as it stands in the JSON.</summary>
    private static JsonElement? Joined(IEnumerable<JsonElement> strings)
    {
        var joined = new ArrayBufferWriter<byte>();
        joined.Write("\""u8);
        foreach (var text in strings)
            joined.Write(JsonMarshal.GetRawUtf8Value(text)[1..^1]);
        joined.Write("\""u8);
        if (joined.WrittenCount == 2)
            return null;
        using var json = ChunkJson.Parse(joined.WrittenMemory);
        return json.RootElement.Clone();
    }
}
