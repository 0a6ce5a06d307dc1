using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamActors.Soak.Books;

/// <summary>One line of the log: <c>time level event key=value ...</c>. Keeps nothing but its text, since logs are long.</summary>
public sealed partial class LogLine
{
    private LogLine(string text, string @event) => (Text, Event) = (text, @event);

    public string Text { get; }

    public string Event { get; }

    /// <summary>The value of a key, or null where it is missing or <c>-</c>.</summary>
    public string? this[string key]
    {
        get
        {
            foreach (var pair in Pair().EnumerateMatches(Text))
            {
                var text = Text.AsSpan(pair.Index, pair.Length);
                if (text.Length > key.Length && text[key.Length] == '=' && text.StartsWith(key))
                    return text[(key.Length + 1)..] is "-" ? null : Unquote(text[(key.Length + 1)..].ToString());
            }

            return null;
        }
    }

    /// <summary>When it was logged.</summary>
    public DateTimeOffset Time => DateTimeOffset.Parse(Text[..Text.IndexOf(' ')], CultureInfo.InvariantCulture);

    public string Trace => Required("trace");

    public string Session => Required("session");

    public string? Reason => this["reason"];

    public static LogLine Parse(string text)
    {
        var words = text.Split(' ', 4);
        return new LogLine(text, words.Length > 2 ? words[2] : "");
    }

    private static string Unquote(string value) =>
        value.StartsWith('"') ? Escape().Replace(value[1..^1], escape => escape.Groups[1].Value) : value;

    private string Required(string key) => this[key] ?? throw new FormatException($"No {key}= in: {Text}");

    [GeneratedRegex("""(?<key>[a-z_]+)=(?<value>"(?:[^"\\]|\\.)*"|[^ ]*)""")]
    private static partial Regex Pair();

    [GeneratedRegex("""\\(["\\])""")]
    private static partial Regex Escape();
}
