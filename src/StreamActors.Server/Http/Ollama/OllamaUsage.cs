using System.Text.Json;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// What Ollama says of an answer's cost, in nanoseconds and tokens: the backend's own figures where it gives them, else the times
/// as they are seen here. What nobody knows is left out.
/// </summary>
internal sealed class OllamaUsage(TimeProvider time)
{
    private static readonly string[] Durations = ["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"];

    private readonly long _since = time.GetTimestamp();
    private readonly Dictionary<string, long> _told = [];
    private long? _firstContent;

    /// <summary>Takes note of a chunk's <c>usage</c>, if it has one; the native backend puts its durations under <c>ollama</c>.</summary>
    public void Note(JsonElement chunk)
    {
        if (OllamaPart.Property(chunk, "usage", JsonValueKind.Object) is not { } usage)
            return;
        Note(usage, "prompt_tokens", "prompt_eval_count");
        Note(usage, "completion_tokens", "eval_count");
        if (OllamaPart.Property(usage, "ollama", JsonValueKind.Object) is not { } durations)
            return;
        foreach (var name in Durations)
            Note(durations, name, name);
    }

    /// <summary>Takes note of a part of the answer; of one that comes whole nobody sees when it began.</summary>
    public void NoteContent() => _firstContent ??= time.GetTimestamp();

    /// <summary>Adds the figures to the last object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        var now = time.GetTimestamp();
        Write(json, "total_duration", Nanoseconds(_since, now));
        Write(json, "load_duration");
        Write(json, "prompt_eval_count");
        Write(json, "prompt_eval_duration", _firstContent is { } begun ? Nanoseconds(_since, begun) : null);
        Write(json, "eval_count");
        Write(json, "eval_duration", _firstContent is { } first ? Nanoseconds(first, now) : null);
    }

    private void Note(JsonElement usage, string name, string ollamaName)
    {
        if (OllamaPart.Property(usage, name, JsonValueKind.Number) is { } value && value.TryGetInt64(out var number))
            _told[ollamaName] = number;
    }

    private void Write(Utf8JsonWriter json, string name, long? seen = null)
    {
        if ((_told.TryGetValue(name, out var told) ? told : seen) is { } number)
            json.WriteNumber(name, number);
    }

    private long Nanoseconds(long from, long to) => time.GetElapsedTime(from, to).Ticks * TimeSpan.NanosecondsPerTick;
}
