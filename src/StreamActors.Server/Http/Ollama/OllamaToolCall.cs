using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using StreamActors.Backends.Ollama;

namespace StreamActors.Server.Http.Ollama;

/// <summary>What a chunk says of one call.</summary>
/// <param name="Index">Its number, or null.</param>
/// <param name="Id">Its name for the client, or null.</param>
/// <param name="Name">The tool, or a piece of its name, or null.</param>
/// <param name="Function">What is called, or null.</param>
internal readonly record struct OllamaToolPiece(int? Index, string? Id, string? Name, JsonElement? Function)
{
    /// <summary>It may begin a call.</summary>
    public bool Begins => Id is not null || Name is not null;

    /// <summary>Reads one.</summary>
    public static OllamaToolPiece Of(JsonElement piece)
    {
        var function = OllamaPart.Property(piece, "function", JsonValueKind.Object);
        int? index = OllamaPart.Property(piece, "index", JsonValueKind.Number) is { } number && number.TryGetInt32(out var i) ? i : null;
        return new OllamaToolPiece(
            index, OllamaPart.Text(piece, "id")?.GetString(), function is { } f ? OllamaPart.Text(f, "name")?.GetString() : null, function);
    }
}

/// <summary>One tool call, put together from its pieces.</summary>
internal sealed class OllamaToolCall
{
    private readonly ArrayBufferWriter<byte> _arguments = new();

    public OllamaToolCall(OllamaToolPiece first)
    {
        Index = first.Index;
        Add(first);
    }

    public int? Index { get; }

    public string? Id { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>Its arguments are a whole JSON value: what comes next is another call.</summary>
    public bool IsComplete
    {
        get
        {
            if (IsOpen)
                return false;
            try
            {
                using var value = JsonDocument.Parse(ArgumentsText());
                return true;
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException)
            {
                return false;
            }
        }
    }

    /// <summary>
    /// They are an object that its last bracket does not end (white space may follow it, escaped too). Only where it does are they read to be sure: not with
    /// each piece.
    /// </summary>
    private bool IsOpen => _arguments.WrittenSpan is [(byte)'{', ..] arguments && arguments.TrimEnd(" \\nrtu0ad92"u8) is not [.., (byte)'}'];

    /// <summary>Adds a piece. A name that is said again, or at last in full, is no more of it.</summary>
    public void Add(OllamaToolPiece piece)
    {
        Id ??= piece.Id;
        if (piece.Name is { } name)
            Name = name.StartsWith(Name, StringComparison.Ordinal) ? name : Name + name;
        if (piece.Function is not { } said)
            return;
        if (OllamaPart.Text(said, "arguments") is { } text)
            _arguments.Write(JsonMarshal.GetRawUtf8Value(text)[1..^1]);
        else if (OllamaPart.Property(said, "arguments", JsonValueKind.Object) is { } whole)
            _arguments.Write(JsonEncodedText.Encode(whole.GetRawText()).EncodedUtf8Bytes);
    }

    /// <summary>Writes the call with its place; one without an id gets one, by which its result can be told apart.</summary>
    public void WriteTo(Utf8JsonWriter json, int place)
    {
        json.WriteStartObject();
        json.WriteString("id", Id ??= $"call_{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
        json.WriteStartObject("function");
        json.WriteNumber("index", place);
        json.WriteString("name", Name);
        json.WritePropertyName("arguments");
        json.WriteRawValue(OllamaPart.OneLine(Arguments()), skipInputValidation: true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>An object, as Ollama's clients need it; half of a surrogate pair stays as it stands in the JSON.</summary>
    private byte[] Arguments()
    {
        try
        {
            return ToolArguments.ToObject(ArgumentsText());
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return [.. "{\"arguments\":\""u8, .. _arguments.WrittenSpan, .. "\"}"u8];
        }
    }

    private string ArgumentsText()
    {
        using var text = JsonDocument.Parse((byte[])[(byte)'"', .. _arguments.WrittenSpan, (byte)'"']);
        return text.RootElement.GetString()!;
    }
}
