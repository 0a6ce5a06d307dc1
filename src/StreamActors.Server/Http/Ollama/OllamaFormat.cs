using System.Buffers;
using System.Globalization;
using System.Text.Json;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// One answer in Ollama's form: a JSON object a line, or one object in all. Ollama's clients know no comments, so silence stays
/// silent. What says <c>done</c>, and the tool calls, which Ollama gives whole, are last words: nobody gets them of an answer that the
/// model did not finish.
/// </summary>
/// <param name="generate">The text is the <c>response</c>, not a message's.</param>
/// <param name="streamed">A line for each piece.</param>
/// <param name="model">Who answers.</param>
/// <param name="time">Dates the lines.</param>
internal sealed class OllamaFormat(bool generate, bool streamed, string model, TimeProvider time) : IAnswerFormat, IChunkFormat
{
    private readonly OllamaToolCalls _toolCalls = new(whole: !streamed);
    private readonly OllamaUsage _usage = new(time);
    private OllamaPart _whole;
    private string? _finishReason;

    public IChunkFormat Chunks => this;

    public string ContentType => streamed ? "application/x-ndjson" : "application/json";

    public bool Streamed => streamed;

    public ReadOnlyMemory<byte> Heartbeat => default;

    public void Write(in Chunk chunk, IBufferWriter<byte> body)
    {
        using var json = ChunkJson.Parse(chunk.Json);
        _usage.Note(json.RootElement);
        if (OllamaPart.FirstChoice(json.RootElement) is not { } choice)
            return;
        _finishReason = OllamaPart.Text(choice, "finish_reason")?.GetString() ?? _finishReason;
        var part = OllamaPart.Of(choice);
        _toolCalls.Add(part.ToolCalls);
        if (!streamed)
            _whole = part.Kept();
        else if (!part.IsSilent)
            WriteObject(body, part, withToolCalls: false, done: false);
        if (streamed && chunk.Facts.HasContent)
            _usage.NoteContent();
    }

    public ReadOnlyMemory<byte> Completed()
    {
        var body = new ArrayBufferWriter<byte>(512);
        if (streamed && _toolCalls.Any)
            WriteObject(body, default, withToolCalls: true, done: false);
        WriteObject(body, _whole, withToolCalls: !streamed, done: true);
        return body.WrittenMemory;
    }

    /// <summary>One object that is not streamed is begun by its end alone, so nothing of it is ever cut.</summary>
    public ReadOnlyMemory<byte> Cut(ApiError error, TraceId trace) => (byte[])[.. OllamaErrors.ToJson(error, trace), (byte)'\n'];

    /// <summary>The answer to a request without a prompt.</summary>
    public static ReadOnlyMemory<byte> WithoutPrompt(bool generate, string model, string doneReason, TimeProvider time)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body, ApiJson.Writing))
        {
            json.WriteStartObject();
            WriteHead(json, model, time);
            if (generate)
            {
                json.WriteString("response", "");
            }
            else
            {
                json.WriteStartObject("message");
                json.WriteString("role", "assistant");
                json.WriteString("content", "");
                json.WriteEndObject();
            }

            json.WriteBoolean("done", true);
            json.WriteString("done_reason", doneReason);
            json.WriteEndObject();
        }

        return body.WrittenMemory;
    }

    private static void WriteHead(Utf8JsonWriter json, string model, TimeProvider time)
    {
        json.WriteString("model", model);
        json.WriteString("created_at", time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
    }

    private void WriteObject(IBufferWriter<byte> body, in OllamaPart part, bool withToolCalls, bool done)
    {
        using (var json = new Utf8JsonWriter(body, ApiJson.Writing))
        {
            json.WriteStartObject();
            WriteHead(json, model, time);
            if (!generate)
            {
                json.WriteStartObject("message");
                json.WriteString("role", "assistant");
            }

            part.WriteTo(json, textName: generate ? "response" : "content");
            if (withToolCalls)
                _toolCalls.WriteTo(json);
            if (!generate)
                json.WriteEndObject();
            part.WriteLogprobs(json);
            json.WriteBoolean("done", done);
            if (done)
            {
                if (DoneReason is { } reason)
                    json.WriteString("done_reason", reason);
                _usage.WriteTo(json);
            }

            json.WriteEndObject();
        }

        if (streamed)
            body.Write("\n"u8);
    }

    /// <summary>Ollama has no word of its own for an answer that ends with tool calls.</summary>
    private string? DoneReason => _finishReason is "tool_calls" or "function_call" ? "stop" : _finishReason;
}
