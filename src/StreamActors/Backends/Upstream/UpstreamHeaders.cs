using System.Buffers;

namespace StreamActors.Backends.Upstream;

/// <summary>Which headers an operator may add to what a backend is sent, or let callers add.</summary>
internal static class UpstreamHeaders
{
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Of the connection or the message, which are this server's own.</summary>
    private static readonly HashSet<string> Framing = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
        "Content-Length", "Content-Type", "Content-Encoding", "Accept", "Accept-Encoding", "X-Request-ID", "traceparent", "tracestate",
    };

    /// <summary>Between a caller and this server, and no others.</summary>
    private static readonly HashSet<string> Callers = new(StringComparer.OrdinalIgnoreCase) { "Cookie", "Host", "User-Agent", "Origin", "Forwarded", "Via" };

    /// <summary>Where a caller's key may stand.</summary>
    private static readonly HashSet<string> Keys = new(StringComparer.OrdinalIgnoreCase) { "Authorization", "x-api-key", "api-key" };

    /// <summary>What is wrong with a configured header; null: nothing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="hasKey">The backend has a key or a user of its own.</param>
    public static string? Fault(string name, string? value, bool hasKey) =>
        NameFault(name)
        ?? (string.IsNullOrWhiteSpace(value) ? "has no value"
            : value.Trim().AsSpan().ContainsAnyExceptInRange(' ', '~') ? "has a line end or a character that is not printable ASCII in its value"
            : hasKey && name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? "and ApiKey, or a user in Url, are two ways to say the same: leave one out"
            : null);

    /// <summary>What is wrong with the name of a caller's header that is to be passed on; null: nothing.</summary>
    public static string? PassFault(string name) =>
        NameFault(name)
        ?? (Keys.Contains(name) ? "is passed on by PassCallerKey, if that is meant"
            : Callers.Contains(name) || name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) ? "is between the caller and this server: it is not passed on"
            : null);

    private static string? NameFault(string name) =>
        name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters) ? "is not the name of a header"
        : Framing.Contains(name) ? "is set by the server itself"
        : IsOfBody(name) ? "describes a body: it cannot be added"
        : null;

    /// <summary>.NET keeps such headers with the body, and throws where one is added to a request.</summary>
    private static bool IsOfBody(string name)
    {
        using var request = new HttpRequestMessage();
        return !request.Headers.TryAddWithoutValidation(name, "");
    }
}
