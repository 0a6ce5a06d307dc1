using System.Globalization;
using System.Text;
using Spectre.Console;
using StreamActors.Ops.Client;

namespace StreamActors.Ops;

/// <summary>Values as people read them. Nothing that came from outside can steer the terminal.</summary>
internal static class Shown
{
    private const string Absent = "-";

    /// <summary>The text without what a terminal would obey or could not show.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(IsShown(rune) ? rune : Rune.ReplacementChar);
        return clean.ToString();
    }

    /// <summary>A cell of one line, cut where it is too long.</summary>
    public static Text Cell(string? text, Style? style = null) => new Text(text is null ? Absent : Clean(text), style).Overflow(Overflow.Ellipsis);

    public static string Name(string owner, string id) => $"{owner}/{id}";

    /// <summary>Enough of a trace to tell it from others, and to cancel by.</summary>
    public static string Trace(string? trace) => trace is null ? Absent : trace[..Math.Min(8, trace.Length)];

    public static string Count(long? number) => number is { } some ? some.ToString("N0", CultureInfo.InvariantCulture) : Absent;

    public static string Rate(double number) => number.ToString(number < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    public static string Milliseconds(double? milliseconds) => milliseconds switch
    {
        null => Absent,
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms"),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        { } some => Seconds(some / 1000),
    };

    public static string Seconds(double seconds) => TimeSpan.FromSeconds(seconds) is var time && time.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays}d {time:hh\\:mm\\:ss}")
        : time.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);

    public static string Percentiles(Percentiles values) => values.Count == 0
        ? "none yet"
        : $"p50 {Milliseconds(values.P50)}   p95 {Milliseconds(values.P95)}   p99 {Milliseconds(values.P99)}   max {Milliseconds(values.Max)}";

    /// <summary>How the streams ended, most first: the outcome, or the reason where it was none of the model's.</summary>
    public static string Endings(IReadOnlyList<EndCount> ended, IReadOnlyList<DropCount> dropped)
    {
        var ways = ended.Select(e => (Way: e.Outcome == "detached" ? $"detached, {e.Reason}" : e.Reason ?? e.Outcome, e.Count))
            .Concat(dropped.Select(d => (Way: $"never started, {d.Reason}", d.Count)))
            .OrderByDescending(w => w.Count).ToList();
        return ways.Count == 0 ? "none yet" : string.Join("; ", ways.Select(w => $"{w.Way} {Count(w.Count)}"));
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
