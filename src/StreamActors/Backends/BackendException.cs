using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>A backend's failure, typed by whose fault and at which stage.</summary>
/// <param name="reason">The stream's end reason.</param>
/// <param name="detail">For the log at debug level only; may hold addresses.</param>
/// <param name="fault">What the caller may be told, or null for the reason's own words.</param>
/// <param name="inner">The cause.</param>
public sealed class BackendException(EndReason reason, string detail, BackendFault? fault = null, Exception? inner = null)
    : Exception(detail, inner)
{
    /// <summary>The stream's end reason.</summary>
    public EndReason Reason { get; } = reason;

    /// <summary>What the caller may be told, or null.</summary>
    public BackendFault? Fault { get; } = fault;

    /// <summary>The HTTP status with which the server answered in place of what was wanted; null: it gave none.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// One sentence for the operator: what is wrong, and the setting that mends it where there is one. No secret, no prompt, no address
    /// that the settings do not say already. Null: nothing the operator could mend.
    /// </summary>
    public string? Cause { get; init; }

    /// <summary>
    /// The model server had begun to answer with success: a repeat would cost another generation. Set it for whatever fails after a 200's
    /// headers.
    /// </summary>
    public bool Begun { get; init; }

    /// <summary>The ending of the stream that it fails.</summary>
    public StreamEnding Ending => StreamEnding.Because(Reason, fault: Fault) with { Begun = Begun };
}
