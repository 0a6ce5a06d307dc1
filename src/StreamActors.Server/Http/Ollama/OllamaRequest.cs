using System.Buffers;
using System.Text.Json;
using static StreamActors.Server.Http.ChatRequestReader;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// One request of Ollama's said as a chat completion request of OpenAI's. <c>options</c>, <c>keep_alive</c> and <c>think</c> go along
/// as they are: a backend that speaks Ollama's own protocol takes them from there.
/// </summary>
/// <param name="root">The request's body.</param>
internal sealed class OllamaRequest(JsonElement root)
{
    private static readonly string[] PassedOn = ["tools", "logprobs", "top_logprobs", "options", "keep_alive", "think"];

    /// <summary>What a prompt of <c>/api/generate</c> may ask for and a chat cannot give.</summary>
    private static readonly string[] OnlyInGenerate = ["suffix", "template", "context", "raw"];

    /// <param name="generate">It came to <c>/api/generate</c>.</param>
    /// <exception cref="ApiException">400, names the field.</exception>
    public ChatBody Translate(bool generate)
    {
        var model = OptionalString(root, "model");
        var stream = OptionalFlag(root, "stream") ?? true;
        CheckKind("tools", JsonValueKind.Array, "an array");
        CheckKind("options", JsonValueKind.Object, "an object");
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            if (model is not null)
                json.WriteString("model", model);
            json.WriteBoolean("stream", stream);
            if (stream)
                WriteStreamOptions(json);
            if (generate)
                WritePrompt(json);
            else
                WriteMessages(json);
            OllamaOptions.Write(root, json);
            foreach (var name in PassedOn)
            {
                if (Value(root, name) is { } value)
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return new ChatBody(buffer.WrittenMemory, model, Prompt: null, stream, Choices: 1);
    }

    /// <summary>Ollama counts tokens in every answer.</summary>
    private static void WriteStreamOptions(Utf8JsonWriter json)
    {
        json.WriteStartObject("stream_options");
        json.WriteBoolean("include_usage", true);
        json.WriteEndObject();
    }

    private void WriteMessages(Utf8JsonWriter json)
    {
        if (Value(root, "messages") is not { ValueKind: JsonValueKind.Array } messages || messages.GetArrayLength() == 0)
            throw Fault("'messages' must be an array with at least one message; models are not loaded ahead of it here.", "messages");
        json.WriteStartArray("messages");
        new OllamaMessages(json).Write(messages);
        json.WriteEndArray();
    }

    private void WritePrompt(Utf8JsonWriter json)
    {
        foreach (var name in OnlyInGenerate)
        {
            if (Value(root, name) is { } value && IsSomething(value))
                throw Fault($"'{name}' is not supported here: the prompt becomes a chat's message.", name);
        }

        var prompt = OptionalString(root, "prompt");
        if (string.IsNullOrEmpty(prompt))
            throw Fault("'prompt' must be a text; models are not loaded ahead of it here.", "prompt");
        json.WriteStartArray("messages");
        if (OptionalString(root, "system") is { Length: > 0 } system)
        {
            json.WriteStartObject();
            json.WriteString("role", "system");
            json.WriteString("content", system);
            json.WriteEndObject();
        }

        json.WriteStartObject();
        json.WriteString("role", "user");
        OllamaContent.Write(json, prompt, Value(root, "images"), "images");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void CheckKind(string name, JsonValueKind kind, string what)
    {
        if (Value(root, name) is { } value && value.ValueKind != kind)
            throw Fault($"'{name}' must be {what}.", name);
    }

    private static bool IsSomething(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };
}
