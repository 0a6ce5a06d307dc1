using System.Text.Json;

namespace StreamActors.Backends.Ollama;

/// <summary>What the last line says of the work. Ollama's durations, in nanoseconds, stand under <c>usage.ollama</c>.</summary>
internal sealed record OllamaUsage(long PromptTokens, long? Tokens, IReadOnlyList<(string Name, long Nanoseconds)> Durations)
{
    private static readonly string[] DurationNames = ["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"];

    /// <summary>Reads them; a count that is missing is of a prompt that was not evaluated again, or an answer without a word.</summary>
    public static OllamaUsage Read(JsonElement root) => new(
        Number(root, "prompt_eval_count") ?? 0,
        Number(root, "eval_count"),
        [.. DurationNames.Select(name => (name, Number(root, name))).Where(d => d.Item2 is not null).Select(d => (d.name, d.Item2!.Value))]);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", PromptTokens);
        json.WriteNumber("completion_tokens", Tokens ?? 0);
        json.WriteNumber("total_tokens", PromptTokens + (Tokens ?? 0));
        json.WriteStartObject("ollama");
        foreach (var (name, nanoseconds) in Durations)
            json.WriteNumber(name, nanoseconds);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static long? Number(JsonElement root, string name) =>
        root.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;
}
