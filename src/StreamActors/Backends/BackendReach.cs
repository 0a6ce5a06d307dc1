namespace StreamActors.Backends;

/// <summary>Whether a backend answers prompts, as far as is known.</summary>
public enum ReachState
{
    /// <summary>It answers.</summary>
    Reachable,
    /// <summary>It does not.</summary>
    Unreachable,
    /// <summary>It answers, and refuses: prompts for its key, or the list without which it serves no model.</summary>
    Refusing,
}

/// <summary>Whether a backend answers prompts, and why not.</summary>
/// <param name="State">Whether it does.</param>
/// <param name="Why">One sentence without a setting or an address; null where it is reachable.</param>
public sealed record BackendReach(ReachState State, string? Why = null)
{
    /// <summary>It answers.</summary>
    public static readonly BackendReach Reachable = new(ReachState.Reachable);

    private static readonly BackendReach Silent = new(ReachState.Unreachable, "The model server did not answer when it was last asked for its models.");
    private static readonly BackendReach Undelivered = new(ReachState.Unreachable, "The last prompt for the model server could not be delivered.");
    private static readonly BackendReach KeyRefused = new(ReachState.Refusing, "The model server did not take the key of its last prompt.");
    private static readonly BackendReach ListRefused = new(ReachState.Refusing, "The model server answers, but does not list its models, and none are configured.");

    /// <summary>Judges by the last prompt and by the last answer to the question for the models. Where they differ the newer counts, and a prompt before a list.</summary>
    /// <param name="answer">The last answer, or null: it has not been asked.</param>
    /// <param name="prompts">How the last prompt fared.</param>
    /// <param name="configured">Its models are configured, so it needs no list.</param>
    internal static BackendReach Of(ModelAnswer? answer, PromptOutcomes prompts, bool configured)
    {
        var (outcome, at, contradicts) = prompts.Last;
        return outcome switch
        {
            PromptOutcome.KeyRefused => KeyRefused,
            PromptOutcome.Undelivered when contradicts || answer is not { IsAnswer: true } || answer.At < at => Undelivered,
            PromptOutcome.Answered when answer is not { How: ModelAnswerKind.Failed } || answer.At < at => Reachable,
            _ => OfList(answer, configured),
        };
    }

    private static BackendReach OfList(ModelAnswer? answer, bool configured) => answer switch
    {
        { How: ModelAnswerKind.Listed } => Reachable,
        { How: ModelAnswerKind.Refused } when configured => answer.IsAway ? Silent : Reachable,
        { How: ModelAnswerKind.Refused } => ListRefused,
        _ => Silent,
    };
}
