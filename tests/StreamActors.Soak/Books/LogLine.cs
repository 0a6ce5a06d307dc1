using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamActors.Soak.Books;

/// <summary>One line of the log, taken apart: <c>time level event key=value ...</c>.</summary>
public sealed partial class LogLine
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private LogLine(string text, string @event) => (Text, Event) = (text, @event);

    public string Text { get; }

    public string Event { get; }

    /// <summary>The value of a key, or null where it is missing or <c>-</c>.</summary>
    public string? this[string key] => _values.GetValueOrDefault(key) is { } value and not "-" ? value : null;

    /// <summary>When it was logged.</summary>
    public DateTimeOffset Time => DateTimeOffset.Parse(Text[..Text.IndexOf(' ')], CultureInfo.InvariantCulture);

    public string Trace => Required("trace");

    public string Session => Required("session");

    public string? Reason => this["reason"];

    public static LogLine Parse(string text)
    {
        var words = text.Split(' ', 4);
        var line = new LogLine(text, words.Length > 2 ? words[2] : "");
        foreach (Match pair in Pair().Matches(words.Length > 3 ? words[3] : ""))
            line._values.TryAdd(pair.Groups["key"].Value, Unquote(pair.Groups["value"].Value));
        return line;
    }

    private static string Unquote(string value) =>
        value.StartsWith('"') ? Escape().Replace(value[1..^1], escape => escape.Groups[1].Value) : value;

    private string Required(string key) => this[key] ?? throw new FormatException($"No {key}= in: {Text}");

    [GeneratedRegex("""(?<key>[a-z_]+)=(?<value>"(?:[^"\\]|\\.)*"|[^ ]*)""")]
    private static partial Regex Pair();

    [GeneratedRegex("""\\(["\\])""")]
    private static partial Regex Escape();
}
