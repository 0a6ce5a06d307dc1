namespace StreamActors.Protocol;

/// <summary>The one ending of a stream: how, why, and who took its place.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why; <see cref="EndReason.None"/> for a completed answer and for no other.</param>
/// <param name="SupersededBy">The newer prompt, where one took its place.</param>
/// <param name="Fault">What the caller may be told of a backend's refusal.</param>
public sealed record StreamEnding(Outcome Outcome, EndReason Reason, TraceId? SupersededBy = null, BackendFault? Fault = null)
{
    /// <summary>
    /// The model server had begun to answer when it failed: to ask again would cost another generation. Such a failure is answered so
    /// that no client repeats it by itself.
    /// </summary>
    public bool Begun { get; init; }

    /// <summary>The model finished.</summary>
    public static readonly StreamEnding Completed = new(Outcome.Completed, EndReason.None);

    /// <summary>Ended by a decision or a failure; the reason says which.</summary>
    public static StreamEnding Because(EndReason reason, TraceId? supersededBy = null, BackendFault? fault = null) =>
        new(reason.IsCancellation() ? Outcome.Cancelled : Outcome.Failed, reason, supersededBy, fault);
}
