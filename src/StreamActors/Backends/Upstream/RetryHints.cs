using System.Globalization;
using System.Net.Http.Headers;

namespace StreamActors.Backends.Upstream;

/// <summary>When and whether a model server says to try again.</summary>
internal static class RetryHints
{
    /// <summary>Longer is a mistake, or no time that a program waits.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    /// <summary>
    /// The time that <c>retry-after-ms</c> or <c>Retry-After</c> names: milliseconds, seconds (also fractions of them), or a date in any of
    /// HTTP's forms, which is held against the server's own clock where it says what that is.
    /// </summary>
    public static TimeSpan? After(HttpResponseMessage response, TimeProvider time)
    {
        if (Number(response, "retry-after-ms") is { } milliseconds)
            return Bounded(TimeSpan.FromMilliseconds(milliseconds));
        if (Number(response, "Retry-After") is { } seconds)
            return Bounded(TimeSpan.FromSeconds(seconds));
        if (!RetryConditionHeaderValue.TryParse(Value(response, "Retry-After"), out var condition) || condition.Date is not { } date)
            return null;
        return Bounded(date - (response.Headers.Date ?? time.GetUtcNow()));
    }

    /// <summary>What <c>x-should-retry</c> says; null: nothing.</summary>
    public static bool? May(HttpResponseMessage response) => Value(response, "x-should-retry")?.ToUpperInvariant() switch
    {
        "TRUE" => true,
        "FALSE" => false,
        _ => null,
    };

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;

    private static double? Number(HttpResponseMessage response, string name) =>
        double.TryParse(Value(response, name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= Longest.TotalMilliseconds
            ? number
            : null;

    // As it was sent: the typed header knows no fractions, and a date has a comma.
    private static string? Value(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString().Trim() : null;
}
