using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// Errors as Ollama says them: <c>{"error":"..."}</c>, as a body with its status or as the last line of an answer that is cut.
/// Its clients read nothing but the text; what programs may want stands beside it.
/// </summary>
internal static class OllamaErrors
{
    private static readonly string[] Calls = ["chat", "generate", "tags", "show", "ps", "version", "embed", "embeddings", "pull", "push", "create", "copy", "delete"];

    /// <summary>
    /// Whether a request came to one of Ollama's paths. A client that looks for OpenAI's below them speaks OpenAI's, one that looks for
    /// Ollama's below another path speaks Ollama's.
    /// </summary>
    public static bool Speaks(HttpContext context) =>
        (context.Request.Path.StartsWithSegments("/api", out var rest) && !rest.StartsWithSegments("/v1")
            && !rest.Value!.TrimEnd('/').EndsWith("/completions", StringComparison.OrdinalIgnoreCase))
        || IsCall((context.Request.Path.Value ?? "").TrimEnd('/'));

    private static bool IsCall(string path) =>
        Calls.Any(call => path.EndsWith($"/api/{call}", StringComparison.OrdinalIgnoreCase));

    /// <summary>UTF-8 of the object; with a trace where a stream is meant.</summary>
    public static byte[] ToJson(ApiError error, TraceId? trace = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            json.WriteString("error", error.Message);
            json.WriteString("code", error.Code);
            if (error.Param is { } param)
                json.WriteString("param", param);
            if (trace is { } stream)
                json.WriteString("trace", stream.Value);
            if (error.SupersededBy is { } newer)
                json.WriteString("superseded_by", newer.Value);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
