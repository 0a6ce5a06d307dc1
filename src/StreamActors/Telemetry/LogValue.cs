using System.Globalization;
using System.Text;

namespace StreamActors.Telemetry;

/// <summary>Makes a value from outside safe to stand in a <c>key=value</c> line.</summary>
public static class LogValue
{
    /// <summary>Stands for a value that is not there.</summary>
    public const string Absent = "-";

    private const int MaxLength = 200;

    /// <summary>
    /// The text itself where it is plain; else in double quotes with everything that could break or forge a line (controls,
    /// line separators, direction marks, quotes, lone surrogates) escaped. Cut after <paramref name="maxLength"/> characters.
    /// </summary>
    public static string Safe(string? text, int maxLength = MaxLength)
    {
        if (string.IsNullOrEmpty(text))
            return Absent;
        if (text.Length <= maxLength && text != Absent && text.All(c => char.IsAsciiLetterOrDigit(c) || "._:-/@+~!%".Contains(c)))
            return text;

        var line = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes().Take(maxLength))
        {
            if (rune.Value is '"' or '\\')
                line.Append('\\');
            Append(line, rune);
        }

        return line.Append(text.Length > maxLength ? "...\"" : "\"").ToString();
    }

    /// <summary>A whole message with everything escaped that could end its line.</summary>
    public static string OneLine(string text)
    {
        // Nearly every text is plain ASCII.
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') || text.EnumerateRunes().All(IsPrintable))
            return text;
        var line = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
            Append(line, rune);
        return line.ToString();
    }

    private static void Append(StringBuilder line, Rune rune)
    {
        if (IsPrintable(rune))
            line.Append(rune);
        else
            line.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
    }

    private static bool IsPrintable(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
