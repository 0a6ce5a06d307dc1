namespace StreamActors.Backends.Upstream;

/// <summary>The status that an error would have had, had it not come as an answer.</summary>
internal static class AnswerStatus
{
    private static readonly (string Word, int Status)[] Words =
    [
        ("context_length", 400), ("context_size", 400), ("contextwindow", 400), ("content_filter", 400), ("content_policy", 400),
        ("rate_limit", 429), ("ratelimit", 429), ("insufficient_quota", 429), ("too_many_requests", 429), ("resource_exhausted", 429), ("throttl", 429),
        ("overloaded", 503), ("unavailable", 503),
        ("invalid_request", 400), ("badrequest", 400), ("bad_request", 400), ("invalid_argument", 400), ("invalid_parameter", 400), ("invalidparameter", 400),
        ("validation", 400), ("not_found", 404), ("notfound", 404),
    ];

    /// <summary>The number that it names, else what its code or its type means, else null.</summary>
    public static int? Of(UpstreamErrorBody error)
    {
        if (error.Status is { } status)
            return status;
        foreach (var (word, meant) in Words)
        {
            if (error.Code?.Contains(word, StringComparison.OrdinalIgnoreCase) == true || error.Type?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
                return meant;
        }

        return null;
    }

    /// <summary>Of such a status nothing was generated, although it came as an answer.</summary>
    public static bool IsRefusal(int status) => status is < 500 or 501 or 503 or 529;
}
