using System.Buffers;
using System.Text.Json;
using StreamActors.Protocol;
using static StreamActors.Server.Http.ChatRequestReader;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// One request of Ollama's said as a chat completion request of OpenAI's. <c>options</c>, <c>keep_alive</c> and <c>think</c> stand
/// in it as they came, for a backend that speaks Ollama's own protocol; to others they do not go.
/// </summary>
/// <param name="root">The request's body.</param>
internal sealed class OllamaRequest(JsonElement root)
{
    private static readonly string[] Own = ["options", "keep_alive", "think"];
    private static readonly string[] PassedOn = ["tools", "logprobs", "top_logprobs", .. Own];

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
        if (Value(root, "keep_alive") is { ValueKind: not (JsonValueKind.Number or JsonValueKind.String) })
            throw Fault("'keep_alive' must be a number of seconds, or a time such as \"5m\".", "keep_alive");
        var load = HasPrompt(generate) ? null : new OllamaLoad(generate, KeepsNothing());
        if (load is not null && string.IsNullOrEmpty(model))
            throw Fault($"Send {(generate ? "a 'prompt'" : "'messages'")}, or the 'model' to be loaded without one.", "model");
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            if (model is not null)
                json.WriteString("model", model);
            json.WriteBoolean("stream", stream);
            if (stream)
                WriteStreamOptions(json);
            if (load is null)
                WriteConversation(json, generate);
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

        return new ChatBody(buffer.WrittenMemory, model, Prompt: null, stream, Choices: 1)
        {
            Kind = load is null ? RequestKind.Chat : RequestKind.Load,
            Load = load,
            OllamaFields = [.. Own.Where(name => Value(root, name) is not null)],
        };
    }

    /// <summary>Without one a model is loaded, or let go of.</summary>
    private bool HasPrompt(bool generate)
    {
        if (!generate)
            return Value(root, "messages") is { } messages ? messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() > 0 : Value(root, "prompt") is not null;
        foreach (var name in OnlyInGenerate)
        {
            if (Value(root, name) is { } value && IsSomething(value))
                throw Fault($"'{name}' is not supported here: the prompt becomes a chat's message.", name);
        }

        return !string.IsNullOrEmpty(OptionalString(root, "prompt"));
    }

    /// <summary>A time of nothing, as a number or in words such as <c>0s</c>.</summary>
    private bool KeepsNothing() => Value(root, "keep_alive") switch
    {
        { ValueKind: JsonValueKind.Number } seconds => seconds.TryGetDouble(out var number) && number == 0,
        { ValueKind: JsonValueKind.String } time => time.GetString()!.Where(char.IsDigit).ToList() is { Count: > 0 } digits && digits.All(d => d == '0'),
        _ => false,
    };

    private void WriteConversation(Utf8JsonWriter json, bool generate)
    {
        if (generate)
            WritePrompt(json);
        else
            WriteMessages(json);
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
        if (Value(root, "messages") is not { ValueKind: JsonValueKind.Array } messages)
            throw Fault("'messages' must be an array of messages.", "messages");
        json.WriteStartArray("messages");
        new OllamaMessages(json).Write(messages);
        json.WriteEndArray();
    }

    private void WritePrompt(Utf8JsonWriter json)
    {
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
        OllamaContent.Write(json, OptionalString(root, "prompt")!, Value(root, "images"), "images");
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
