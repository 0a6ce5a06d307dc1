namespace StreamActors.Protocol;

/// <summary>
/// A backend's refusal as the caller may know it: never an address, a secret or exception text. What is null has a default by the
/// status or the end reason.
/// </summary>
/// <param name="Status">The HTTP status to answer with where nothing has been sent yet.</param>
/// <param name="Message">For the caller; the backend's own words where it gave some.</param>
/// <param name="RetryAfter">When to try again, where the backend said so.</param>
public sealed record BackendFault(int Status, string Message, TimeSpan? RetryAfter = null)
{
    /// <summary>The class of error, for example <c>exceed_context_size_error</c>; null: that of the status.</summary>
    public string? Type { get; init; }

    /// <summary>For programs, for example <c>context_length_exceeded</c>; null: the end reason's name.</summary>
    public string? Code { get; init; }

    /// <summary>The field of the request that is meant, or null.</summary>
    public string? Param { get; init; }

    /// <summary>Whether a client may repeat the request by itself, where the backend said so (<c>x-should-retry</c>); null: as the status says.</summary>
    public bool? MayRetry { get; init; }

    /// <summary>Numbers that belong to the error, for example <c>n_ctx</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, decimal>> Figures { get; init; } = [];

    /// <summary>Response headers to pass on: what is left of an allowance.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
