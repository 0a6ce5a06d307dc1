using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>Makes OpenAI's objects of what Ollama answers to one prompt; each is valid until the next.</summary>
/// <param name="model">As the caller named it.</param>
/// <param name="trace">Names the answer.</param>
/// <param name="created">When it was asked for.</param>
/// <param name="includeUsage">A streamed answer ends with a usage report.</param>
/// <param name="errors">What errors mean.</param>
internal sealed class OllamaChunks(string model, TraceId trace, DateTimeOffset created, bool includeUsage, AnswerErrors errors)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly OllamaMessage _message = new(trace);
    private OllamaUsage? _usage;
    private bool _begun;

    /// <summary>A line has said that the model has finished.</summary>
    public bool Done { get; private set; }

    /// <summary>The chunk of one line of a streamed answer; null where the line says nothing.</summary>
    /// <exception cref="BackendException">It is not Ollama's protocol, it is an error, or the model was stopped.</exception>
    public Chunk? Delta(ReadOnlyMemory<byte> line)
    {
        if (line.Span.Trim(" \t\r"u8).IsEmpty)
            return null;
        return Translate(line, "chat.completion.chunk", root =>
        {
            ReadEnd(root);
            var role = _begun ? null : "assistant";
            return !Done && root.Get("message") is null ? null : json => WriteChoice(json, "delta", root, role);
        });
    }

    /// <summary>The report that ends a streamed answer, where one was asked for.</summary>
    public Chunk? Usage() => _usage is { } usage && includeUsage
        ? Write("chat.completion.chunk", json =>
        {
            json.WriteStartArray("choices");
            json.WriteEndArray();
            usage.Write(json);
            return new ChunkFacts(HasContent: false, CompletionTokens: usage.Tokens);
        })
        : null;

    /// <summary>The one object of an answer that is not streamed.</summary>
    /// <exception cref="BackendException">As above, or it does not say that the model has finished.</exception>
    public Chunk Completion(ReadOnlyMemory<byte> body)
    {
        if (body.Span.Trim(" \t\r\n"u8) is var json && (json.IsEmpty || (JsonExtent.Of(json) < 0 && JsonSkim.IsCut(json))))
            throw UpstreamHttp.Truncated(new EndOfStreamException("The answer ended within its object."));
        var chunk = Translate(body, "chat.completion", root =>
        {
            ReadEnd(root);
            return json =>
            {
                var facts = WriteChoice(json, "message", root, "assistant");
                _usage?.Write(json);
                return facts with { HasContent = true };
            };
        });
        return Done ? chunk!.Value : throw UpstreamHttp.Truncated(new EndOfStreamException("The answer does not say that it is done."));
    }

    private Chunk? Translate(ReadOnlyMemory<byte> bytes, string type, Func<JsonElement, Func<Utf8JsonWriter, ChunkFacts>?> read)
    {
        // A character may be cut between two lines: it is read as a browser reads it.
        if (!Utf8.IsValid(bytes.Span))
            bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span));
        if (AnswerErrors.IsErrorLine(bytes.Span))
            throw errors.Of(bytes.Span);
        try
        {
            using var source = ChunkJson.Parse(bytes);
            var root = source.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw UpstreamHttp.NotTheProtocol("a line that is no JSON object");
            if (FlatError.Is(JsonMarshal.GetRawUtf8Value(root)))
                throw errors.Of(bytes.Span);
            return read(root) is { } choice ? Write(type, choice) : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw UpstreamHttp.NotTheProtocol("invalid JSON", failure);
        }
    }

    private void ReadEnd(JsonElement root)
    {
        if (root.Get("done") is not { ValueKind: JsonValueKind.True })
            return;
        Done = true;
        _usage = OllamaUsage.Read(root);
    }

    private ChunkFacts WriteChoice(Utf8JsonWriter json, string name, JsonElement root, string? role)
    {
        _begun = true;
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject(name);
        if (role is not null)
            json.WriteString("role", role);
        var content = root.Get("message") is { } message && _message.Write(json, message, whole: name == "message");
        json.WriteEndObject();
        if (root.Get("logprobs") is { } logprobs)
        {
            json.WriteStartObject("logprobs");
            json.WriteProperty("content", logprobs);
            json.WriteEndObject();
        }

        json.WriteString("finish_reason", Done ? FinishReason(root) : null);
        json.WriteEndObject();
        json.WriteEndArray();
        return new ChunkFacts(content, Done ? ChoiceSet.Of(0) : default, Done ? _usage?.Tokens : null);
    }

    private string FinishReason(JsonElement root) => root.Get("done_reason")?.AsText() switch
    {
        "length" => "length",
        "error" or "abort" => throw new BackendException(EndReason.BackendTruncated, "The backend's answer was stopped before its end.") { Begun = true },
        _ => _message.HasToolCalls ? "tool_calls" : "stop",
    };

    private Chunk Write(string type, Func<Utf8JsonWriter, ChunkFacts> rest)
    {
        _buffer.ResetWrittenCount();
        ChunkFacts facts;
        using (var json = new Utf8JsonWriter(_buffer, OllamaRequest.Plain))
        {
            json.WriteStartObject();
            json.WriteString("id", $"chatcmpl-{trace}");
            json.WriteString("object", type);
            json.WriteNumber("created", created.ToUnixTimeSeconds());
            json.WriteString("model", model);
            facts = rest(json);
            json.WriteEndObject();
        }

        return new Chunk(_buffer.WrittenMemory, facts);
    }
}
