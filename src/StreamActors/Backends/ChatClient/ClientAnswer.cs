using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamActors.Protocol;

namespace StreamActors.Backends.ChatClient;

/// <summary>Makes OpenAI's objects of what a client answers to one request; each is valid until the next.</summary>
/// <param name="request">What was asked.</param>
/// <param name="created">When.</param>
internal sealed class ClientAnswer(ChatRequest request, DateTimeOffset created)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new(512);
    private readonly string _id = $"chatcmpl-{request.Trace ?? TraceId.New()}";
    private UsageDetails? _usage;
    private ChatFinishReason? _finish;
    private bool _begun;
    private int _calls;

    /// <summary>The chunk of an update; null where it says nothing to the caller.</summary>
    public Chunk? Delta(ChatResponseUpdate update)
    {
        // A client that calls tools itself finishes more than once: the last time counts.
        _finish = update.FinishReason ?? _finish;
        var parts = Read(update.Role == ChatRole.Tool ? [] : update.Contents);
        AddUsage(update.Contents);
        return parts.HasContent ? WriteChoice("delta", parts, finishReason: null) : null;
    }

    /// <summary>The chunk that ends a streamed answer.</summary>
    /// <exception cref="BackendException">The client never said that the model has finished.</exception>
    public Chunk Finish() => WriteChoice("delta", ClientContent.None, FinishReason(_finish
        ?? throw new BackendException(EndReason.BackendTruncated, "The client's answer ended without a finish reason.") { Begun = true }));

    /// <summary>The usage report that a streamed answer may end with; null where the client gave none.</summary>
    public Chunk? Usage() => _usage is null ? null : Write("chat.completion.chunk", new ChunkFacts(false, CompletionTokens: _usage.OutputTokenCount), json =>
    {
        json.WriteStartArray("choices");
        json.WriteEndArray();
        ClientUsage.Write(json, _usage);
    });

    /// <summary>The one object of an answer that is not streamed.</summary>
    public Chunk Whole(ChatResponse response)
    {
        _usage = response.Usage;
        var contents = response.Messages.Where(m => m.Role != ChatRole.Tool).SelectMany(m => m.Contents).ToList();
        if (_usage is null)
            AddUsage(contents);
        var parts = Read(contents);
        var chunk = WriteChoice("message", parts, FinishReason(response.FinishReason ?? ChatFinishReason.Stop));
        return chunk with { Facts = chunk.Facts with { HasContent = true } };
    }

    private ClientContent Read(IEnumerable<AIContent> contents)
    {
        var content = ClientContent.Read(contents, _calls);
        _calls += content.Calls.Count;
        return content;
    }

    private void AddUsage(IEnumerable<AIContent> contents)
    {
        foreach (var usage in contents.OfType<UsageContent>())
            (_usage ??= new UsageDetails()).Add(usage.Details);
    }

    /// <summary>A client says that tools are to be called also where it has called them; the caller is told only of calls that are his.</summary>
    private string FinishReason(ChatFinishReason reason) => reason.Value switch
    {
        "abort" or "error" => throw new BackendException(EndReason.BackendTruncated, "The client's answer was stopped before its end.") { Begun = true },
        "stop" or "tool_calls" => _calls > 0 ? "tool_calls" : "stop",
        var other => other,
    };

    private Chunk WriteChoice(string name, ClientContent content, string? finishReason)
    {
        var whole = name == "message";
        var facts = new ChunkFacts(
            content.HasContent, finishReason is null ? default : ChoiceSet.Of(0), whole ? _usage?.OutputTokenCount : null);
        return Write(whole ? "chat.completion" : "chat.completion.chunk", facts, json =>
        {
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            json.WriteStartObject(name);
            if (!_begun)
                json.WriteString("role", "assistant");
            _begun = true;
            content.Write(json, whole);
            json.WriteEndObject();
            json.WriteString("finish_reason", finishReason);
            json.WriteEndObject();
            json.WriteEndArray();
            if (whole && _usage is not null)
                ClientUsage.Write(json, _usage);
        });
    }

    private Chunk Write(string type, ChunkFacts facts, Action<Utf8JsonWriter> rest)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("id", _id);
            json.WriteString("object", type);
            json.WriteNumber("created", created.ToUnixTimeSeconds());
            json.WriteString("model", request.Model);
            rest(json);
            json.WriteEndObject();
        }

        return new Chunk(_buffer.WrittenMemory, facts);
    }
}
