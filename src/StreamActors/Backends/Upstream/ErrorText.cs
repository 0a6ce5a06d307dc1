using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamActors.Backends.Upstream;

/// <summary>Makes words that may go out of what a model server sent.</summary>
internal static partial class ErrorText
{
    /// <summary>Room for a quoted prompt's worth of complaint; the sum of all that a caller is told.</summary>
    private const int MaxBytes = 16 * 1024;

    private const int MaxWord = 128;
    private const string Gap = " ... ";

    /// <summary>One line of printable text.</summary>
    /// <returns>Null: there are no words in it.</returns>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            line.Append(IsPrintable(rune) ? rune.ToString() : " ");
        var clean = line.ToString().Trim();
        return clean.Length == 0 ? null : clean;
    }

    /// <summary>A word for programs: a type, a code, the name of a field; bounded, null where it is empty.</summary>
    public static string? Word(string? text) => Clean(text) is { } word ? word.Length <= MaxWord ? word : null : null;

    /// <summary>The words of JSON that is cut off or broken; null: it has none.</summary>
    public static string? OfBrokenJson(string text)
    {
        if (Words().Match(text) is not { Success: true } words)
            return null;
        var inside = words.Groups[1].Value;
        try
        {
            return Clean(JsonSerializer.Deserialize<string>($"\"{inside}\""));
        }
        catch (JsonException)
        {
            return Clean(inside);
        }
    }

    /// <summary>The data of the first event, where the body is an event stream or a line that begins with <c>error:</c>; else null.</summary>
    public static string? OfEvent(string text) => Event().Match(text) is { Success: true } data ? data.Groups[1].Value : null;

    /// <summary>At most 16 KiB of UTF-8. A longer text loses its middle: the point stands at the beginning or at the end.</summary>
    public static string Shorten(string text)
    {
        if (text.Length <= MaxBytes / 3 || Encoding.UTF8.GetByteCount(text) <= MaxBytes)
            return text;
        var half = (MaxBytes - Gap.Length) / 2;
        return Head(text, half) + Gap + Tail(text, half);
    }

    private static string Head(string text, int bytes)
    {
        var (length, taken) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if ((taken += rune.Utf8SequenceLength) > bytes)
                break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length].TrimEnd();
    }

    private static string Tail(string text, int bytes)
    {
        var (start, taken) = (text.Length, 0);
        while (start > 0)
        {
            Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out var rune, out var length);
            if ((taken += rune.Utf8SequenceLength) > bytes)
                break;
            start -= length;
        }

        return text[start..].TrimStart();
    }

    /// <summary>Signs that join letters and pictures are part of a script; other invisible ones may turn a text around.</summary>
    private static bool IsPrintable(Rune rune) => rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    [GeneratedRegex("""
        "(?:message|msg|detail|error)"\s*:\s*"((?>(?:[^"\\]|\\[^u]|\\u[0-9a-fA-F]{4})*))
        """, RegexOptions.Singleline)]
    private static partial Regex Words();

    [GeneratedRegex(@"\A(?:(?:event|id|retry):[^\n]{0,200}\n|:[^\n]{0,200}\n|\s)*(?:data|error):\s?(.+?)(?:\r?\n\r?\n|\z)", RegexOptions.Singleline)]
    private static partial Regex Event();
}
