using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Backends.Demo;

/// <summary>What the demo reads of a request: the newest user message, how long the answer may be, whether usage is wanted.</summary>
internal sealed record DemoPrompt(string Text, int MaxTokens, bool IncludeUsage)
{
    /// <summary>Its words.</summary>
    public int Tokens => Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    public static DemoPrompt Read(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body, RequestJson.Reading);
        var root = json.RootElement;
        return new DemoPrompt(
            NewestUserText(root),
            Number(root, "max_completion_tokens") ?? Number(root, "max_tokens") ?? int.MaxValue,
            UsageWish.Of(root));
    }

    private static string NewestUserText(JsonElement root)
    {
        var content = root.GetProperty("messages").EnumerateArray().Reverse()
            .FirstOrDefault(m => m.GetProperty("role").GetString() == "user");
        if (content.ValueKind != JsonValueKind.Object || !content.TryGetProperty("content", out var text))
            return "";
        return text.ValueKind switch
        {
            JsonValueKind.String => text.GetString()!,
            JsonValueKind.Array => string.Join(' ', text.EnumerateArray()
                .Where(part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var t) && t.ValueKind == JsonValueKind.String)
                .Select(part => part.GetProperty("text").GetString())),
            _ => "",
        };
    }

    private static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.TryGetWhole(out var number) && number > 0
            ? (int)Math.Min(number, int.MaxValue)
            : null;
}
