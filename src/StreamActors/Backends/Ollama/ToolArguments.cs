using System.Text;
using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>
/// A tool call's arguments as the JSON object that Ollama and its clients take. Models stop in the middle of them, servers merge them
/// twice, clients leave them out: that must not end a conversation, since it would fail again with every prompt that follows.
/// </summary>
public static class ToolArguments
{
    private const int TimesQuoted = 2;
    private static readonly byte[] None = "{}"u8.ToArray();
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = RequestJson.MaxDepth };
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = RequestJson.MaxDepth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Of a value: an object unchanged, a text by what it says, nothing as an object without members.</summary>
    /// <returns>UTF-8 of one JSON object.</returns>
    public static byte[] ToObject(JsonElement? arguments) => arguments switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => None,
        { ValueKind: JsonValueKind.Object } already => Encoding.UTF8.GetBytes(already.GetRawText()),
        { ValueKind: JsonValueKind.String } text => ToObject(text.GetString()),
        { } other => ToObject(other.GetRawText()),
    };

    /// <summary>Of a text, which OpenAI has in place of an object. What is no object stands as text in the member <c>arguments</c> of one.</summary>
    /// <returns>UTF-8 of one JSON object.</returns>
    public static byte[] ToObject(string? text) => Read(text, TimesQuoted) ?? Wrapped(text!);

    private static byte[]? Read(string? text, int quoted)
    {
        var said = text?.Trim().TrimStart('\ufeff');
        if (string.IsNullOrEmpty(said))
            return None;
        using var strict = Parse(said, Strict);
        return strict?.RootElement switch
        {
            { ValueKind: JsonValueKind.Object } => Encoding.UTF8.GetBytes(said),
            { ValueKind: JsonValueKind.Null } => None,
            { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 0 => None, // how PHP writes no members
            { ValueKind: JsonValueKind.String } inner when quoted > 0 => Inner(inner, quoted - 1),
            null => Mended(said),
            _ => null,
        };
    }

    /// <summary>A text of a text: some servers quote twice.</summary>
    private static byte[]? Inner(JsonElement text, int quoted)
    {
        try
        {
            return Read(text.GetString(), quoted);
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair is no text
        }
    }

    /// <summary>An object with a comma too many, or with comments.</summary>
    private static byte[]? Mended(string text)
    {
        using var lenient = Parse(text, Lenient);
        if (lenient?.RootElement is not { ValueKind: JsonValueKind.Object } value)
            return null;
        try
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, OllamaRequest.Plain))
                value.WriteTo(json);
            return buffer.ToArray();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Wrapped(string text)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, OllamaRequest.Plain))
        {
            json.WriteStartObject();
            json.WriteString("arguments", text);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static JsonDocument? Parse(string text, JsonDocumentOptions options)
    {
        try
        {
            return JsonDocument.Parse(text, options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
