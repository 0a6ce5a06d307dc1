namespace StreamActors.Protocol;

/// <summary>The one ending of a stream: how, why, and who took its place.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why; <see cref="EndReason.None"/> for a completed answer and for no other.</param>
/// <param name="SupersededBy">The newer prompt, where one took its place.</param>
/// <param name="Fault">What the caller may be told of a backend's refusal.</param>
public sealed record StreamEnding(Outcome Outcome, EndReason Reason, TraceId? SupersededBy = null, BackendFault? Fault = null)
{
    /// <summary>The model finished.</summary>
    public static readonly StreamEnding Completed = new(Outcome.Completed, EndReason.None);

    /// <summary>Ended by a decision or a failure; the reason says which.</summary>
    public static StreamEnding Because(EndReason reason, TraceId? supersededBy = null, BackendFault? fault = null) =>
        new(reason.IsCancellation() ? Outcome.Cancelled : Outcome.Failed, reason, supersededBy, fault);
}

/// <summary>A backend's refusal in words that may go out to the caller: never an address, never exception text.</summary>
/// <param name="Status">The HTTP status to answer with where nothing has been sent yet.</param>
/// <param name="Message">One sentence for the caller.</param>
/// <param name="RetryAfter">When to try again, where the backend said so.</param>
public sealed record BackendFault(int Status, string Message, TimeSpan? RetryAfter = null)
{
    /// <summary>For programs, where it is the caller's fault; null: the end reason's name.</summary>
    public string? Code { get; init; }

    /// <summary>The field of the request that is meant, or null.</summary>
    public string? Param { get; init; }
}
