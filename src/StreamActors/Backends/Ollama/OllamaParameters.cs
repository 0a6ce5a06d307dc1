using System.Globalization;
using System.Text.Json;

namespace StreamActors.Backends.Ollama;

/// <summary>What a request and the settings say beside the messages: options, thinking, and how long the model stays loaded.</summary>
internal static class OllamaParameters
{
    /// <summary>OpenAI's and its relatives' names, and Ollama's; of two for the same the first counts.</summary>
    private static readonly (string Name, string Option)[] Options =
    [
        ("max_completion_tokens", "num_predict"), ("max_tokens", "num_predict"), ("temperature", "temperature"), ("top_p", "top_p"),
        ("seed", "seed"), ("stop", "stop"), ("presence_penalty", "presence_penalty"), ("frequency_penalty", "frequency_penalty"),
        ("top_k", "top_k"), ("min_p", "min_p"), ("repeat_penalty", "repeat_penalty"), ("num_ctx", "num_ctx"),
    ];

    /// <summary>OpenAI's names of what becomes an option.</summary>
    public static IEnumerable<string> Names => Options.Select(o => o.Name);

    /// <summary>Writes <c>options</c>: the caller's own, then what OpenAI's fields say, then what is configured.</summary>
    /// <exception cref="BackendException">The caller's own are no object.</exception>
    public static void WriteOptions(Utf8JsonWriter json, JsonElement chat, BackendOptions defaults)
    {
        var written = new HashSet<string>();
        json.WriteStartObject("options");
        if (chat.Get("options") is { } own)
        {
            if (own.ValueKind != JsonValueKind.Object)
                throw CallerFault.Malformed("options", "must be an object.");
            foreach (var option in own.EnumerateObject())
            {
                written.Add(option.Name);
                option.WriteTo(json);
            }
        }

        foreach (var (name, option) in Options)
        {
            if (chat.Get(name) is not { } value || !written.Add(option))
                continue;
            json.WritePropertyName(option);
            WriteOption(json, name, value);
        }

        if (defaults.NumCtx is { } length && written.Add("num_ctx"))
            json.WriteNumber("num_ctx", length);
        json.WriteEndObject();
    }

    private static void WriteOption(Utf8JsonWriter json, string name, JsonElement value)
    {
        if (name == "stop" && value.ValueKind == JsonValueKind.String)
        {
            json.WriteStartArray();
            value.WriteTo(json);
            json.WriteEndArray();
        }
        else
        {
            value.WriteTo(json);
        }
    }

    /// <summary>Writes <c>think</c>, if the request or the settings say so.</summary>
    public static void WriteThink(Utf8JsonWriter json, JsonElement chat, string? configured)
    {
        if (chat.Get("think") is { } own)
        {
            json.WriteProperty("think", own);
            return;
        }

        var level = (chat.Get("reasoning_effort")?.AsText() ?? configured) switch
        {
            "none" => "false",
            "minimal" => "low",
            "xhigh" => "high",
            var other => other,
        };
        if (level is "true" or "false")
            json.WriteBoolean("think", level == "true");
        else if (level is not null)
            json.WriteString("think", level);
    }

    /// <summary>Writes <c>keep_alive</c>, if the request or the settings say so.</summary>
    public static void WriteKeepAlive(Utf8JsonWriter json, JsonElement chat, string? configured)
    {
        if (chat.Get("keep_alive") is { } own)
            json.WriteProperty("keep_alive", own);
        else if (long.TryParse(configured, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            json.WriteNumber("keep_alive", seconds);
        else if (configured is not null)
            json.WriteString("keep_alive", configured);
    }
}
