using System.Globalization;
using System.Text;
using StreamActors.Conformance.Checks;

namespace StreamActors.Conformance.Report;

/// <summary>Verdicts as they are read.</summary>
internal static class Words
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "passed",
        Verdict.Failed => "failed",
        Verdict.NotOffered => "not offered",
        Verdict.NotSeen => "not seen",
        _ => "not run",
    };

    /// <summary>What a strange server says, without what a terminal would obey.</summary>
    public static string Plain(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned ? "?" : rune.ToString()));

    public static string ColourOf(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "green",
        Verdict.Failed or Verdict.NotRun => "red",
        _ => "yellow",
    };
}
