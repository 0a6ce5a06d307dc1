using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamActors.Backends.Upstream;

/// <summary>What else an error object may hold: when to try again, and figures.</summary>
internal static partial class ErrorHints
{
    private const int MostFigures = 8;
    private const double MostSeconds = 24 * 3600;

    /// <summary>Numbers that are times, or that stand elsewhere in the answer.</summary>
    private static readonly HashSet<string> NoFigures =
        ["code", "status", "status_code", "error_code", "http_status", "created", "timestamp", "time", "internal_code", "retry_after", "retry_after_ms", "estimated_time"];

    /// <summary>Seconds or milliseconds in a member, or Google's <c>retryDelay</c> among the details.</summary>
    public static TimeSpan? RetryAfter(JsonElement error)
    {
        if (Number(error, "retry_after_ms", MostSeconds * 1000) is { } milliseconds)
            return TimeSpan.FromMilliseconds(milliseconds);
        if ((Number(error, "retry_after") ?? Number(error, "retryAfter") ?? Number(error, "estimated_time")) is { } seconds)
            return TimeSpan.FromSeconds(seconds);
        if (error.Get("details") is not { ValueKind: JsonValueKind.Array } details)
            return null;
        foreach (var detail in details.EnumerateArray().Where(d => d.ValueKind == JsonValueKind.Object))
        {
            if (detail.Get("retryDelay")?.AsText() is { Length: > 1 } delay && delay[^1] == 's'
                && double.TryParse(delay[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var wait) && wait is >= 0 and <= MostSeconds)
            {
                return TimeSpan.FromSeconds(wait);
            }
        }

        return null;
    }

    /// <summary>The object's own numbers, for example <c>n_prompt_tokens</c> and <c>n_ctx</c>: small, and never a secret.</summary>
    public static IReadOnlyList<KeyValuePair<string, decimal>> Figures(JsonElement error)
    {
        List<KeyValuePair<string, decimal>>? figures = null;
        foreach (var member in error.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDecimal(out var figure)
                && Name().IsMatch(member.Name) && !NoFigures.Contains(member.Name))
            {
                (figures ??= []).Add(new(member.Name, figure));
            }

            if (figures?.Count == MostFigures)
                break;
        }

        return figures ?? (IReadOnlyList<KeyValuePair<string, decimal>>)[];
    }

    private static double? Number(JsonElement error, string name, double most = MostSeconds) =>
        error.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && value >= 0 && value <= most ? value : null;

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$")]
    private static partial Regex Name();
}
