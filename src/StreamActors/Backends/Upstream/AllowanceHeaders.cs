namespace StreamActors.Backends.Upstream;

/// <summary>
/// The headers of a model server's answer that are for its caller: what is left of an allowance, and the server's own name for the
/// request, by which its support finds it.
/// </summary>
internal static class AllowanceHeaders
{
    private const int Most = 32;
    private const int MaxLength = 256;

    private static readonly string[] Prefixes = ["x-ratelimit-", "ratelimit-", "anthropic-ratelimit-"];
    private static readonly string[] Names = ["ratelimit", "x-request-id", "request-id"];

    /// <summary>Those of a response, refused or not; mostly none.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(HttpResponseMessage response)
    {
        List<KeyValuePair<string, string>>? passed = null;
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            if (!IsPassed(name) || values.ToString() is not { Length: > 0 and <= MaxLength } value || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                continue;
            (passed ??= []).Add(new(name, value));
            if (passed.Count == Most)
                break;
        }

        return passed ?? (IReadOnlyList<KeyValuePair<string, string>>)[];
    }

    private static bool IsPassed(string name) =>
        Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) || Names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
