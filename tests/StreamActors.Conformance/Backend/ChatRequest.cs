using System.Text.Json;

namespace StreamActors.Conformance.Backend;

/// <summary>The parts of a chat request that the backend acts on.</summary>
internal sealed record ChatRequest(Dialect Dialect, string Model, bool Stream, string Trace, Directives Directives)
{
    public static ChatRequest Parse(Dialect dialect, byte[] body, string trace)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var model = root.TryGetProperty("model", out var name) ? name.GetString() : null;
            var stream = root.TryGetProperty("stream", out var flag) ? flag.ValueKind == JsonValueKind.True : dialect.StreamsByDefault;
            return new ChatRequest(dialect, model ?? "instrumented", stream, trace, Directives.Parse(LastUserText(root)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new BadRequestException(400, $"invalid chat request: {e.Message}");
        }
    }

    private static string LastUserText(JsonElement root)
    {
        var message = root.GetProperty("messages").EnumerateArray()
            .LastOrDefault(m => m.GetProperty("role").GetString() == "user");
        return message.ValueKind == JsonValueKind.Object && message.TryGetProperty("content", out var content)
            ? Text(content)
            : "";
    }

    private static string Text(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Array => string.Concat(content.EnumerateArray()
            .Select(part => part.TryGetProperty("text", out var text) ? text.GetString() : "")),
        _ => "",
    };
}
