using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// What a model server says of its failure. Every server has a shape of its own for it: OpenAI's nested object, vLLM's flat one,
/// FastAPI's <c>detail</c>, Gemini's array, lists of errors, a text, a proxy's page. This reads them all. The words are the
/// server's: <see cref="UpstreamSecrets"/> takes out what callers may not see, and what is too long.
/// </summary>
/// <param name="Message">One line of printable text; null: it gives a type or a code and no words.</param>
internal sealed partial record UpstreamErrorBody(string? Message)
{
    private static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 256 };

    /// <summary>The class of error, for example <c>invalid_request_error</c>, or null.</summary>
    public string? Type { get; init; }

    /// <summary>For programs: a word where there is one, else a number's digits, or null.</summary>
    public string? Code { get; init; }

    /// <summary>The field of the request that is meant, or null.</summary>
    public string? Param { get; init; }

    /// <summary>The HTTP status that the body names (400 to 599), or null.</summary>
    public int? Status { get; init; }

    /// <summary>When to try again, where the body says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The error object's own figures, for example <c>n_ctx</c>; at most eight.</summary>
    public IReadOnlyList<KeyValuePair<string, decimal>> Figures { get; init; } = [];

    /// <summary>Reads an error in any shape. Never throws, whatever the bytes are.</summary>
    /// <param name="body">UTF-8 as a rule; what is not is read as far as it can be.</param>
    /// <returns>
    /// Null: it says nothing of an error, neither words nor a code. It is for bodies that are known to be an error's: a good answer may have
    /// a member by the name of <c>message</c> too.
    /// </returns>
    public static UpstreamErrorBody? Read(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith(Encoding.UTF8.Preamble))
            body = body[Encoding.UTF8.Preamble.Length..];
        // Also makes of broken UTF-8 what a JSON reader takes.
        return OfText(Encoding.UTF8.GetString(body), depth: 0);
    }

    /// <summary>Reads a text that may be JSON, a page, an event or just words.</summary>
    internal static UpstreamErrorBody? OfText(string text, int depth)
    {
        text = text.Trim();
        if (text.Length == 0 || Bare().IsMatch(text))
            return null;
        if (text[0] is '{' or '[' or '"' && TryParse(text) is { } json)
        {
            using (json)
                return ErrorShapes.Read(json.RootElement, depth);
        }

        if (text[0] == '{' && ErrorText.OfBrokenJson(text) is { } some)
            return new UpstreamErrorBody(some);
        if (ErrorMarkup.Is(text))
            return ErrorMarkup.Read(text);
        return ErrorText.OfEvent(text) is { } data ? OfText(data, depth) : ErrorText.Clean(text) is { } words ? new UpstreamErrorBody(words) : null;
    }

    private static JsonDocument? TryParse(string text)
    {
        try
        {
            var whole = HalfCharacter().Replace(text, half => half.Groups[1].Success ? half.Value : @"\ufffd");
            var bytes = Encoding.UTF8.GetBytes(whole);
            var reader = new Utf8JsonReader(bytes, Lenient);
            var json = JsonDocument.ParseValue(ref reader);
            // What stands behind an object is not looked at: another line, a proxy's addition. Words may begin with a bracket, though.
            if (text[0] == '{' || reader.BytesConsumed == bytes.Length)
                return json;
            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A JSON value that is no words.</summary>
    [GeneratedRegex(@"\A(?:null|true|false|-?\d+(?:\.\d+)?)\z")]
    private static partial Regex Bare();

    /// <summary>
    /// An escaped surrogate without its other half, which no reader takes. Group 1 is what stays: a whole pair, and an escaped backslash, behind
    /// which a <c>u</c> is only a letter.
    /// </summary>
    [GeneratedRegex(@"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")]
    private static partial Regex HalfCharacter();
}
