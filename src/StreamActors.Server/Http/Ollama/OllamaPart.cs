using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// What one choice of a chunk says. Its texts are handed on as they stand in the JSON: half of a surrogate pair, as some model
/// servers send it, is no text by itself.
/// </summary>
/// <param name="Content">A string, or null.</param>
/// <param name="Thinking">A string, or null.</param>
/// <param name="ToolCalls">An array, or null.</param>
/// <param name="Logprobs">An array, or null.</param>
internal readonly record struct OllamaPart(JsonElement? Content, JsonElement? Thinking, JsonElement? ToolCalls, JsonElement? Logprobs)
{
    /// <summary>It has nothing for a line.</summary>
    public bool IsSilent => Content is null && Thinking is null;

    /// <summary>The one choice that was asked for, or null: the one with index 0, else the first, since some servers number them otherwise.</summary>
    public static JsonElement? FirstChoice(JsonElement chunk)
    {
        if (Property(chunk, "choices", JsonValueKind.Object) is { } only)
            return only;
        if (Property(chunk, "choices", JsonValueKind.Array) is not { } choices)
            return null;
        JsonElement? first = null;
        foreach (var choice in choices.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object))
        {
            if (Property(choice, "index", JsonValueKind.Number) is { } index && index.TryGetInt32(out var number) && number == 0)
                return choice;
            first ??= choice;
        }

        return first;
    }

    /// <summary>What a choice says, streamed or whole.</summary>
    public static OllamaPart Of(JsonElement choice)
    {
        var said = Property(choice, "delta", JsonValueKind.Object) ?? Property(choice, "message", JsonValueKind.Object);
        if (said is not { } part)
            return default;
        return new OllamaPart(
            PartedContent.Text(part, "content") ?? Text(part, "refusal"),
            Text(part, "reasoning_content") ?? Text(part, "reasoning") ?? PartedContent.Thinking(part, "content"),
            Property(part, "tool_calls", JsonValueKind.Array),
            Property(choice, "logprobs", JsonValueKind.Object) is { } logprobs ? Property(logprobs, "content", JsonValueKind.Array) : null);
    }

    /// <summary>A string that is not empty, or null.</summary>
    public static JsonElement? Text(JsonElement owner, string name) =>
        Property(owner, name, JsonValueKind.String) is { } text && !text.ValueEquals(""u8) ? text : null;

    /// <summary>A field of the kind that is wanted, or null.</summary>
    public static JsonElement? Property(JsonElement owner, string name, JsonValueKind kind) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    /// <summary>UTF-8 of a value as it came, in one line: an end of line can only stand between tokens.</summary>
    public static ReadOnlySpan<byte> OneLine(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny((byte)'\n', (byte)'\r') < 0)
            return json;
        var line = json.ToArray();
        line.AsSpan().ReplaceAny(SearchValues.Create("\n\r"u8), (byte)' ');
        return line;
    }

    /// <summary>Such that it outlives its chunk.</summary>
    public OllamaPart Kept() => new(Content?.Clone(), Thinking?.Clone(), ToolCalls: null, Logprobs?.Clone());

    /// <summary>Adds the texts to a message.</summary>
    public void WriteTo(Utf8JsonWriter json, string textName)
    {
        json.WritePropertyName(textName);
        if (Content is { } content)
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(content), skipInputValidation: true);
        else
            json.WriteStringValue("");
        if (Thinking is { } thinking)
        {
            json.WritePropertyName("thinking");
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(thinking), skipInputValidation: true);
        }
    }

    /// <summary>Adds the probabilities, which stand beside the message.</summary>
    public void WriteLogprobs(Utf8JsonWriter json)
    {
        if (Logprobs is not { } logprobs)
            return;
        json.WritePropertyName("logprobs");
        json.WriteRawValue(OneLine(JsonMarshal.GetRawUtf8Value(logprobs)), skipInputValidation: true);
    }
}
