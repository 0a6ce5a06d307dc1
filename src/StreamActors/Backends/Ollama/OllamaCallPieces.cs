using System.Text;
using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>
/// The tool calls of one answer as OpenAI's clients put them together: they add the pieces of a call, so its name and id are said once.
/// Ollama sends each call whole; servers that imitate it send pieces too, with the name in each, or a call again.
/// </summary>
/// <param name="trace">Names the calls that have no name of their own.</param>
internal sealed class OllamaCallPieces(TraceId trace)
{
    private readonly List<Call> _calls = [];

    /// <summary>The model has called a tool.</summary>
    public bool Any => _calls.Count > 0;

    /// <summary>Writes <c>tool_calls</c>.</summary>
    /// <param name="json">In the delta, or the message.</param>
    /// <param name="calls">Ollama's.</param>
    /// <param name="whole">It is a whole message: its calls are counted by their place, and there are no pieces.</param>
    /// <exception cref="BackendException">They are no calls.</exception>
    public void Write(Utf8JsonWriter json, JsonElement calls, bool whole)
    {
        if (calls.ValueKind != JsonValueKind.Array && !calls.IsSomething())
            return;
        if (calls.ValueKind != JsonValueKind.Array)
            throw UpstreamHttp.NotTheProtocol("tool calls that are no array");
        json.WriteStartArray("tool_calls");
        foreach (var call in calls.EnumerateArray())
        {
            if (call.ValueKind != JsonValueKind.Object || call.Get("function") is not { ValueKind: JsonValueKind.Object } function)
                throw UpstreamHttp.NotTheProtocol("a tool call without a function");
            var piece = new Piece(
                call.Get("id")?.AsText() is { Length: > 0 } id ? id : null,
                function.Get("index") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var index) ? index : null,
                function.Get("name")?.AsText() is { Length: > 0 } name ? name : null,
                function.Get("arguments"));
            if (!whole && _calls.FindLast(c => c.GoesOnWith(piece, isLast: c == _calls[^1])) is { } known)
                WriteRest(json, known, piece);
            else
                WriteNew(json, piece, whole);
        }

        json.WriteEndArray();
    }

    private void WriteNew(Utf8JsonWriter json, Piece piece, bool whole)
    {
        if (piece.Name is null)
            throw UpstreamHttp.NotTheProtocol("a tool call without a name");
        json.WriteStartObject();
        if (!whole)
            json.WriteNumber("index", _calls.Count);
        // Ollama's older versions name no calls; those of one answer must differ.
        var isFree = piece.Id is not null && !_calls.Exists(c => c.Id == piece.Id);
        json.WriteString("id", isFree ? piece.Id : $"call_{trace.Value[..16]}_{_calls.Count}");
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", piece.Name);
        json.WriteString("arguments", piece.Text);
        json.WriteEndObject();
        json.WriteEndObject();
        _calls.Add(new Call(_calls.Count, piece));
    }

    private static void WriteRest(Utf8JsonWriter json, Call call, Piece piece)
    {
        if (!piece.IsText)
            return;
        json.WriteStartObject();
        json.WriteNumber("index", call.Place);
        json.WriteStartObject("function");
        json.WriteString("arguments", piece.Text);
        json.WriteEndObject();
        json.WriteEndObject();
        call.Add(piece);
    }

    private sealed record Piece(string? Id, int? Index, string? Name, JsonElement? Arguments)
    {
        public bool IsText { get; } = Arguments is { ValueKind: JsonValueKind.String };

        public string Text { get; } = Arguments is { } arguments ? arguments.AsText() ?? arguments.GetRawText() : "{}";
    }

    private sealed class Call
    {
        private readonly Piece _first;
        private JsonExtent _arguments;
        private bool _isComplete;

        public Call(int place, Piece first)
        {
            (Place, _first) = (place, first);
            Add(first);
        }

        public int Place { get; }

        public string? Id => _first.Id;

        /// <summary>Of a long text no more is kept than where in it one is.</summary>
        public void Add(Piece piece) => _isComplete |= _arguments.Read(Encoding.UTF8.GetBytes(piece.Text)) >= 0;

        /// <summary>Whether a piece is more of this call: further text, or the same call said again.</summary>
        public bool GoesOnWith(Piece piece, bool isLast)
        {
            if (piece.Name is not null && piece.Name != _first.Name)
                return false;
            if (!piece.IsText || !_first.IsText)
                return piece.Id is not null && piece.Id == Id && piece.Text == _first.Text;
            if (piece.Id is not null)
                return piece.Id == Id;
            return (piece.Index is { } index ? index == _first.Index : isLast) && (piece.Name is null || !_isComplete);
        }
    }
}
