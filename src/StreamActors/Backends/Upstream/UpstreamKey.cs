namespace StreamActors.Backends.Upstream;

/// <summary>A model server's key as it comes out of files and secrets.</summary>
internal static class UpstreamKey
{
    private const string Scheme = "Bearer ";

    /// <summary>The key without the white space and line ends around it; null: none.</summary>
    public static string? Of(string? key) => string.IsNullOrWhiteSpace(key) ? null : key.Trim();

    /// <summary>What is wrong with a key, as the rest of a sentence that begins with the setting's name and never says the key; null: nothing.</summary>
    public static string? Fault(string? key)
    {
        if (Of(key) is not { } text)
            return null;
        if (text.AsSpan().ContainsAny('\r', '\n'))
            return "has a line end within: it must be one line";
        if (text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return "begins with 'Bearer': give the key alone";
        if (text[0] is '"' or '\'' && text[^1] == text[0])
            return "stands in quotes that are part of its value: leave them out";
        var odd = text.AsSpan().IndexOfAnyExceptInRange('!', '~');
        return odd < 0 ? null : $"has {Name(text[odd])} at position {odd + 1}: a key is printable ASCII without spaces";
    }

    private static string Name(char odd) => odd switch
    {
        ' ' => "a space",
        '\u2026' => "an ellipsis (one character, U+2026)",
        < ' ' or '\x7f' => "a control character",
        _ => $"a character that is not ASCII (U+{(int)odd:X4})",
    };
}
