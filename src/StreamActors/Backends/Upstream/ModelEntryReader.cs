using System.Globalization;
using System.Text.Json;

namespace StreamActors.Backends.Upstream;

/// <summary>Reads one entry of a list of models: its name, its date and its context's length, under the names that servers give them.</summary>
internal static class ModelEntryReader
{
    private const int MaxName = 512;

    /// <summary>9999-12-31, the last day of .NET's calendar.</summary>
    private const long LastSecond = 253_402_300_799;

    private static readonly string[] Names = ["id", "model", "name", "key", "slug", "model_id", "modelId", "model_name"];
    private static readonly string[] Dates = ["created", "created_at", "createdAt", "modified_at"];

    /// <summary>What is loaded says more than what could be, what is served more than what the model was trained for.</summary>
    private static readonly string[] ContextLengths =
    [
        "loaded_context_length", "max_model_len", "context_length", "context_window", "max_context_length", "meta.n_ctx", "max_input_tokens",
        "input_token_limit", "inputTokenLimit", "top_provider.context_length", "limits.max_input_tokens", "capabilities.limits.max_context_window_tokens",
        "details.context_length", "meta.n_ctx_train",
    ];

    /// <summary>Whether an entry has a name by which requests call it for certain.</summary>
    public static bool HasId(JsonElement entry) => entry.ValueKind == JsonValueKind.Object && Name(entry, "id") is not null;

    /// <summary>The model; null: it has no name.</summary>
    /// <param name="entry">An object, or only a name.</param>
    /// <param name="key">The name under which it stands, or null: it has it within.</param>
    public static ModelEntry? Read(JsonElement entry, string? key = null)
    {
        var name = entry.ValueKind == JsonValueKind.Object ? key ?? Names.Select(n => Name(entry, n)).FirstOrDefault(n => n is not null) : AsName(entry);
        if (name is null || entry.ValueKind != JsonValueKind.Object)
            return name is null ? null : new ModelEntry(name);
        return new ModelEntry(name)
        {
            Created = Dates.Select(d => Date(entry, d)).FirstOrDefault(d => d is not null),
            ContextLength = ContextLengths.Select(path => Length(entry, path)).FirstOrDefault(l => l is not null),
            More = ModelDetails.Of(entry, name),
        };
    }

    /// <summary>Two entries of one model: what the first does not say, the second may.</summary>
    public static ModelEntry Merge(ModelEntry first, ModelEntry second) => first with
    {
        Created = first.Created ?? second.Created,
        ContextLength = first.ContextLength ?? second.ContextLength,
        More = ModelDetails.Merge(first.More, second.More),
    };

    private static string? Name(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? AsName(value) : null;

    private static string? AsName(JsonElement value)
    {
        var name = value.ValueKind switch
        {
            JsonValueKind.String => ModelDetails.Text(value),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(name) || name.Length > MaxName ? null : name;
    }

    private static long? Length(JsonElement entry, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty(name, out entry))
                return null;
        }

        return Number(entry) is { } number and >= 1 and <= int.MaxValue ? (long)number : null;
    }

    private static long? Date(JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var value))
            return null;
        if (Number(value) is { } number)
        {
            var seconds = number > LastSecond ? number / 1000 : number; // some count milliseconds
            return seconds is > 0 and <= LastSecond ? (long)seconds : null;
        }

        return value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(ModelDetails.Text(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            && date.ToUnixTimeSeconds() is > 0 and var moment ? moment : null;
    }

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) => number,
        JsonValueKind.String when double.TryParse(ModelDetails.Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
