using System.Runtime.InteropServices;
using System.Text.Json;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// The tool calls of one answer. OpenAI sends the text of their arguments in pieces, Ollama each call whole with its arguments as an
/// object. Pieces are kept as they stand in the JSON and read when they are complete.
/// </summary>
/// <param name="whole">They come in a whole message: each is a call, and none a piece of another.</param>
internal sealed class OllamaToolCalls(bool whole = false)
{
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly List<OllamaToolCall> _calls = [];
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
            throw new BackendException(EndReason.BackendError, "The backend sent tool calls of more than 4 MiB.") { Begun = true };
        foreach (var piece in pieces.EnumerateArray())
        {
            if (piece.ValueKind == JsonValueKind.Object)
                Add(OllamaToolPiece.Of(piece));
        }
    }

    /// <summary>Adds <c>tool_calls</c> to a message, if there are any.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        if (!Any)
            return;
        json.WriteStartArray("tool_calls");
        for (var i = 0; i < _calls.Count; i++)
            _calls[i].WriteTo(json, i);
        json.WriteEndArray();
    }

    private void Add(OllamaToolPiece piece)
    {
        var call = whole ? null : Find(piece);
        if (call is not null)
            call.Add(piece);
        else if (piece.Begins)
            _calls.Add(new OllamaToolCall(piece));
        else
            _calls.LastOrDefault()?.Add(piece);
    }

    /// <summary>
    /// The call that a piece goes on with; null: it begins one. Some servers number no calls, or all of them 0, or their pieces; some say
    /// name or id again in each piece, and some make up an id for each.
    /// </summary>
    private OllamaToolCall? Find(OllamaToolPiece piece)
    {
        if (piece.Id is { } id && _calls.FindLast(c => c.Id == id) is { } named)
            return named;
        var last = piece.Index is { } index ? _calls.FindLast(c => c.Index == index) : _calls.LastOrDefault();
        if (last is null || !piece.Begins)
            return last;
        if (piece.Name is null)
            return piece.Id == last.Id || !last.IsComplete ? last : null;
        // A name: a call of its own, or the name of the one that is under way, again or in pieces.
        var isSame = piece.Name == last.Name || (piece.Index is not null && piece.Id is null);
        return isSame && !last.IsComplete ? last : null;
    }
}
