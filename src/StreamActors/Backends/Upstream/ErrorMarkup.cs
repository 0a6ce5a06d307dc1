using System.Net;
using System.Text.RegularExpressions;

namespace StreamActors.Backends.Upstream;

/// <summary>Reads an error that is a page or XML, as proxies send them: its words, never its markup.</summary>
internal static partial class ErrorMarkup
{
    /// <summary>How much of a page is read: what matters stands at its beginning.</summary>
    private const int MaxLength = 16 * 1024;

    /// <summary>Whether the text is markup. Words may begin with a token's name in angle brackets, too.</summary>
    public static bool Is(string text) => Begin().IsMatch(text);

    /// <summary>A page's title or heading; in XML the message and its code. Of other pages nothing: they are for people to look at.</summary>
    public static UpstreamErrorBody? Read(string text)
    {
        text = text[..Math.Min(text.Length, MaxLength)];
        var words = Words(Title().Match(text)) ?? Words(Message().Match(text)) ?? Words(Heading().Match(text));
        return words is null ? null : new UpstreamErrorBody(words) { Code = ErrorText.Word(Words(Code().Match(text))) };
    }

    private static string? Words(Match found) => found.Success ? Plain(found.Groups[1].Value) : null;

    private static string? Plain(string text) => ErrorText.Clean(Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(text, " ")), " "));

    [GeneratedRegex(@"\A<(?:!--|(?:!doctype|\?xml|html|head|body|center|title|h1|p|div|pre|error|errorresponse|response)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Begin();

    [GeneratedRegex("<title[^>]{0,200}>(.{1,2000}?)</title>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Title();

    [GeneratedRegex("<message>(.{1,8000}?)</message>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Message();

    [GeneratedRegex("<code>([^<]{1,128})</code>", RegexOptions.IgnoreCase)]
    private static partial Regex Code();

    [GeneratedRegex("<h1[^>]{0,200}>(.{1,2000}?)</h1>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Heading();

    [GeneratedRegex("<[^>]{0,2000}>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s{2,}")]
    private static partial Regex Spaces();
}
