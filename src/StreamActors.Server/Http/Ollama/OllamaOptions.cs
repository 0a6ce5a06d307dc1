using System.Runtime.InteropServices;
using System.Text.Json;
using StreamActors.Protocol;
using static StreamActors.Server.Http.ChatRequestReader;

namespace StreamActors.Server.Http.Ollama;

/// <summary>What Ollama says in <c>options</c>, <c>format</c> and <c>think</c>, and OpenAI in fields of its own.</summary>
internal static class OllamaOptions
{
    /// <summary>A schema stands two levels deeper where OpenAI wants it.</summary>
    private static readonly JsonDocumentOptions MostlyNested = new() { MaxDepth = RequestJson.MaxDepth - 4 };

    private static readonly (string Ollama, string OpenAi)[] Numbers =
    [
        ("temperature", "temperature"), ("top_p", "top_p"), ("seed", "seed"),
        ("presence_penalty", "presence_penalty"), ("frequency_penalty", "frequency_penalty"),
    ];

    /// <summary>Adds the fields to an object that is being written.</summary>
    /// <exception cref="ApiException">400, names the field.</exception>
    public static void Write(JsonElement root, Utf8JsonWriter json)
    {
        if (Value(root, "options") is { } options)
            WriteOptions(options, json);
        if (Value(root, "format") is { } format)
            WriteFormat(format, json);
        if (Value(root, "think") is { } think)
            WriteThink(think, json);
    }

    private static void WriteOptions(JsonElement options, Utf8JsonWriter json)
    {
        foreach (var (ollama, openAi) in Numbers)
        {
            if (Number(options, ollama) is { } number)
            {
                json.WritePropertyName(openAi);
                number.WriteTo(json);
            }
        }

        // Below one it means: without a bound.
        if (Number(options, "num_predict") is { } most && most.TryGetWhole(out var tokens) && tokens > 0)
            json.WriteNumber("max_tokens", tokens);
        if (Value(options, "stop") is not { } stop)
            return;
        var isText = stop.ValueKind == JsonValueKind.String
            || (stop.ValueKind == JsonValueKind.Array && stop.EnumerateArray().All(s => s.ValueKind == JsonValueKind.String));
        if (!isText)
            throw Fault("'options.stop' must be a string or an array of strings.", "options.stop");
        if (stop.ValueKind == JsonValueKind.Array && stop.GetArrayLength() == 0)
            return;
        json.WritePropertyName("stop");
        stop.WriteTo(json);
    }

    private static JsonElement? Number(JsonElement options, string name)
    {
        var value = Value(options, name);
        if (value is { ValueKind: not JsonValueKind.Number })
            throw Fault($"'options.{name}' must be a number.", $"options.{name}");
        return value;
    }

    private static void WriteFormat(JsonElement format, Utf8JsonWriter json)
    {
        switch (format)
        {
            case { ValueKind: JsonValueKind.String } when format.ValueEquals(""u8):
                break;
            case { ValueKind: JsonValueKind.String } when format.ValueEquals("json"u8):
                json.WriteStartObject("response_format");
                json.WriteString("type", "json_object");
                json.WriteEndObject();
                break;
            case { ValueKind: JsonValueKind.Object }:
                CheckDepth(format);
                json.WriteStartObject("response_format");
                json.WriteString("type", "json_schema");
                json.WriteStartObject("json_schema");
                json.WriteString("name", "answer");
                json.WritePropertyName("schema");
                format.WriteTo(json);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                throw Fault("'format' must be \"json\" or a JSON schema.", "format");
        }
    }

    private static void CheckDepth(JsonElement format)
    {
        try
        {
            using var _ = JsonDocument.Parse(JsonMarshal.GetRawUtf8Value(format).ToArray(), MostlyNested);
        }
        catch (JsonException)
        {
            throw Fault("'format' is nested too deeply.", "format");
        }
    }

    /// <summary>A level has a name with OpenAI too; a plain yes or no has none.</summary>
    private static void WriteThink(JsonElement think, Utf8JsonWriter json)
    {
        if (think.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return;
        var level = think.ValueKind == JsonValueKind.String ? think.GetString() : null;
        if (level is not ("low" or "medium" or "high" or "max"))
            throw Fault("'think' must be true, false, \"low\", \"medium\", \"high\" or \"max\".", "think");
        // OpenAI's highest that every server knows.
        json.WriteString("reasoning_effort", level == "max" ? "high" : level);
    }
}
