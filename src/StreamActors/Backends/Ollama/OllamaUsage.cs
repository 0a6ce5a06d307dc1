using System.Text.Json;

namespace StreamActors.Backends.Ollama;

/// <summary>What the last line says of the work. Ollama's durations, in nanoseconds, stand under <c>usage.ollama</c>.</summary>
internal sealed record OllamaUsage(long? PromptTokens, long? Tokens, IReadOnlyList<(string Name, long Nanoseconds)> Durations)
{
    private static readonly string[] DurationNames = ["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"];

    /// <summary>Reads them; null where the line says nothing. Ollama leaves a count out that it does not have.</summary>
    public static OllamaUsage? Read(JsonElement root)
    {
        var usage = new OllamaUsage(
            Number(root, "prompt_eval_count"),
            Number(root, "eval_count"),
            [.. DurationNames.Select(name => (name, Number(root, name))).Where(d => d.Item2 is not null).Select(d => (d.name, d.Item2!.Value))]);
        return usage is { PromptTokens: null, Tokens: null, Durations.Count: 0 } ? null : usage;
    }

    /// <summary>Writes what is known, and no zero in place of what is not.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage");
        WriteCount(json, "prompt_tokens", PromptTokens);
        WriteCount(json, "completion_tokens", Tokens);
        WriteCount(json, "total_tokens", PromptTokens + Tokens);
        WriteDurations(json);
    }

    /// <summary>The same of an answer that has no tokens of its own.</summary>
    public void WriteOfInput(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", PromptTokens ?? 0);
        json.WriteNumber("total_tokens", PromptTokens ?? 0);
        WriteDurations(json);
    }

    private void WriteDurations(Utf8JsonWriter json)
    {
        if (Durations.Count > 0)
        {
            json.WriteStartObject("ollama");
            foreach (var (name, nanoseconds) in Durations)
                json.WriteNumber(name, nanoseconds);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, string name, long? count)
    {
        if (count is { } tokens)
            json.WriteNumber(name, tokens);
    }

    private static long? Number(JsonElement root, string name) =>
        root.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;
}
