using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>
/// What <c>/api/chat</c> is sent. OpenAI's fields are translated; Ollama's own (<c>options</c>, <c>keep_alive</c>, <c>think</c>,
/// <c>format</c>) and all that are not known here pass as they came, and win over what was translated or configured.
/// </summary>
/// <param name="Json">The body.</param>
/// <param name="IncludeUsage">A streamed answer is to end with a usage report.</param>
internal sealed record OllamaRequest(ReadOnlyMemory<byte> Json, bool IncludeUsage)
{
    /// <summary>Text stays as it is: neither side puts it into a web page.</summary>
    public static readonly JsonWriterOptions Plain = RequestJson.Writing with { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly HashSet<string> Translated =
    [
        .. OllamaParameters.Names,
        "model", "messages", "stream", "stream_options", "tools", "tool_choice", "n", "response_format", "reasoning_effort",
        "options", "keep_alive", "think", "format",
    ];

    /// <summary>Translates.</summary>
    /// <exception cref="BackendException">Ollama cannot do what is asked: a 400 that names the field.</exception>
    public static OllamaRequest Write(ChatRequest request, BackendOptions defaults)
    {
        if (request.Choices > 1)
            throw CallerFault.Unsupported("n", "must be 1: Ollama gives one answer to a prompt.");
        using var source = JsonDocument.Parse(request.Body, RequestJson.Reading);
        var chat = source.RootElement;
        var buffer = new ArrayBufferWriter<byte>(request.Body.Length + 256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("model", request.Model);
            json.WriteBoolean("stream", request.Stream);
            OllamaMessages.Write(json, chat.GetProperty("messages"));
            OllamaParameters.WriteOptions(json, chat, defaults);
            WriteTools(json, chat);
            WriteFormat(json, chat);
            OllamaParameters.WriteThink(json, chat, defaults.Think);
            OllamaParameters.WriteKeepAlive(json, chat, defaults.KeepAlive);
            foreach (var property in chat.EnumerateObject().Where(p => !Translated.Contains(p.Name)))
                property.WriteTo(json);
            json.WriteEndObject();
        }

        return new OllamaRequest(buffer.WrittenMemory, UsageWish.Of(chat));
    }

    /// <summary>What loads a model, or unloads it (<c>keep_alive</c> 0): <c>/api/generate</c> without a prompt. The context must be as long as prompts will want it.</summary>
    public static ReadOnlyMemory<byte> WriteLoad(ChatRequest request, BackendOptions defaults)
    {
        using var source = JsonDocument.Parse(request.Body, RequestJson.Reading);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("model", request.Model);
            json.WriteBoolean("stream", false);
            OllamaParameters.WriteOptions(json, source.RootElement, defaults);
            OllamaParameters.WriteThink(json, source.RootElement, defaults.Think);
            OllamaParameters.WriteKeepAlive(json, source.RootElement, defaults.KeepAlive);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteTools(Utf8JsonWriter json, JsonElement chat)
    {
        // Ollama knows no choice of tools; that none may be called it is told by naming none.
        var none = chat.Get("tool_choice") is { ValueKind: JsonValueKind.String } choice && choice.ValueEquals("none");
        if (!none && chat.Get("tools") is { } tools)
            json.WriteProperty("tools", tools);
    }

    private static void WriteFormat(Utf8JsonWriter json, JsonElement chat)
    {
        if (chat.Get("format") is { } own)
        {
            json.WriteProperty("format", own);
            return;
        }

        if (chat.Get("response_format") is not { } wanted)
            return;
        var type = wanted.ValueKind == JsonValueKind.Object ? wanted.Get("type")?.AsText() : null;
        if (type == "json_object")
            json.WriteString("format", "json");
        else if (type == "json_schema" && wanted.Get("json_schema") is { ValueKind: JsonValueKind.Object } named && named.Get("schema") is { } schema)
            json.WriteProperty("format", schema);
        else if (type != "text")
            throw CallerFault.Unsupported("response_format", "must be of type text, json_object, or json_schema with its schema.");
    }
}
