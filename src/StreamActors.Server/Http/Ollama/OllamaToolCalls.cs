using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// The tool calls of one answer. OpenAI sends the text of their arguments in pieces, Ollama each call whole with its arguments as an
/// object. Pieces are kept as they stand in the JSON and read when they are complete.
/// </summary>
internal sealed class OllamaToolCalls
{
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly List<Call> _calls = [];
    private int _bytes;

    public bool Any => _calls.Count > 0;

    /// <summary>Adds what a chunk says of them.</summary>
    /// <exception cref="BackendException">It is more than anybody can mean.</exception>
    public void Add(JsonElement? toolCalls)
    {
        if (toolCalls is not { } pieces)
            return;
        _bytes += JsonMarshal.GetRawUtf8Value(pieces).Length;
        if (_bytes > MaxBytes)
            throw new BackendException(EndReason.BackendError, "The backend sent tool calls of more than 4 MiB.");
        foreach (var piece in pieces.EnumerateArray())
        {
            if (piece.ValueKind == JsonValueKind.Object)
                Add(piece);
        }
    }

    /// <summary>Adds <c>tool_calls</c> to a message, if there are any.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        if (!Any)
            return;
        json.WriteStartArray("tool_calls");
        for (var i = 0; i < _calls.Count; i++)
        {
            json.WriteStartObject();
            if (_calls[i].Id is { } id)
                json.WriteString("id", id);
            json.WriteStartObject("function");
            json.WriteNumber("index", i);
            json.WriteString("name", _calls[i].Name.ToString());
            json.WritePropertyName("arguments");
            WriteArguments(json, _calls[i].Arguments.WrittenSpan);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Add(JsonElement piece)
    {
        var id = OllamaPart.Text(piece, "id")?.GetString();
        var function = OllamaPart.Property(piece, "function", JsonValueKind.Object);
        var name = function is { } f ? OllamaPart.Text(f, "name")?.GetString() : null;
        int? index = OllamaPart.Property(piece, "index", JsonValueKind.Number) is { } number && number.TryGetInt32(out var i) ? i : null;
        var call = Find(index, id, name);
        if (call is null)
            _calls.Add(call = new Call(index));
        call.Id ??= id;
        call.Name.Append(name);
        if (function is not { } said)
            return;
        if (OllamaPart.Text(said, "arguments") is { } text)
            call.Arguments.Write(JsonMarshal.GetRawUtf8Value(text)[1..^1]);
        else if (OllamaPart.Property(said, "arguments", JsonValueKind.Object) is { } whole)
            call.Arguments.Write(JsonEncodedText.Encode(whole.GetRawText()).EncodedUtf8Bytes);
    }

    /// <summary>The call that a piece goes on with; null: it begins one. Some servers number no calls, or all of them 0.</summary>
    private Call? Find(int? index, string? id, string? name)
    {
        var last = index is null ? (name is null ? _calls.LastOrDefault() : null) : _calls.LastOrDefault(c => c.Index == index);
        return last is { Id: { } known } && id is not null && id != known ? null : last;
    }

    /// <summary>Arguments that are no object are given as the text that the model wrote.</summary>
    private static void WriteArguments(Utf8JsonWriter json, ReadOnlySpan<byte> inner)
    {
        byte[] quoted = [(byte)'"', .. inner, (byte)'"'];
        try
        {
            using var text = JsonDocument.Parse(quoted);
            var arguments = Encoding.UTF8.GetBytes(text.RootElement.GetString()!);
            if (arguments.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
                arguments = "{}"u8.ToArray();
            using var value = JsonDocument.Parse(arguments);
            if (value.RootElement.ValueKind == JsonValueKind.Object)
                quoted = arguments;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // No JSON, or no text: said above.
        }

        json.WriteRawValue(OllamaPart.OneLine(quoted), skipInputValidation: true);
    }

    private sealed class Call(int? index)
    {
        public int? Index { get; } = index;

        public string? Id { get; set; }

        public StringBuilder Name { get; } = new();

        public ArrayBufferWriter<byte> Arguments { get; } = new();
    }
}
