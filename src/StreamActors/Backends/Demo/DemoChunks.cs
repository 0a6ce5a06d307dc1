using System.Buffers;
using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Backends.Demo;

/// <summary>Writes the demo's chunks as OpenAI objects, each valid until the next.</summary>
internal sealed class DemoChunks(string model, DateTimeOffset created, int promptTokens)
{
    private readonly string _id = $"chatcmpl-{TraceId.New()}";
    private readonly ArrayBufferWriter<byte> _buffer = new(512);

    public Chunk Role() => Delta(new ChunkFacts(HasContent: false), json => json.WriteString("role", "assistant"), finishReason: null);

    public Chunk Content(string token) => Delta(new ChunkFacts(HasContent: true), json => json.WriteString("content", token), finishReason: null);

    public Chunk Finish(string reason) => Delta(new ChunkFacts(HasContent: false, FinishedChoices: ChoiceSet.Of(0)), _ => { }, reason);

    public Chunk Usage(int tokens) => Write("chat.completion.chunk", new ChunkFacts(HasContent: false, CompletionTokens: tokens), json =>
    {
        json.WriteStartArray("choices");
        json.WriteEndArray();
        WriteUsage(json, tokens);
    });

    public Chunk Completion(string text, string finishReason, int tokens) =>
        Write("chat.completion", new ChunkFacts(HasContent: true, FinishedChoices: ChoiceSet.Of(0), tokens), json =>
        {
            WriteChoice(json, "message", inner =>
            {
                inner.WriteString("role", "assistant");
                inner.WriteString("content", text);
            }, finishReason);
            WriteUsage(json, tokens);
        });

    private Chunk Delta(ChunkFacts facts, Action<Utf8JsonWriter> delta, string? finishReason) =>
        Write("chat.completion.chunk", facts, json => WriteChoice(json, "delta", delta, finishReason));

    private static void WriteChoice(Utf8JsonWriter json, string name, Action<Utf8JsonWriter> inner, string? finishReason)
    {
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject(name);
        inner(json);
        json.WriteEndObject();
        json.WriteString("finish_reason", finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteUsage(Utf8JsonWriter json, int tokens)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", promptTokens);
        json.WriteNumber("completion_tokens", tokens);
        json.WriteNumber("total_tokens", promptTokens + tokens);
        json.WriteEndObject();
    }

    private Chunk Write(string type, ChunkFacts facts, Action<Utf8JsonWriter> rest)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", _id);
            json.WriteString("object", type);
            json.WriteNumber("created", created.ToUnixTimeSeconds());
            json.WriteString("model", model);
            rest(json);
            json.WriteEndObject();
        }

        return new Chunk(_buffer.WrittenMemory, facts);
    }
}
