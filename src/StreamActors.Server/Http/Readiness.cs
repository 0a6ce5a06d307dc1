using StreamActors.Backends;

namespace StreamActors.Server.Http;

/// <summary>What may be said of a backend.</summary>
internal enum BackendState
{
    /// <summary>It answers.</summary>
    Reachable,
    /// <summary>It does not.</summary>
    Unreachable,
    /// <summary>It answers, and refuses prompts, or the list without which it serves no model.</summary>
    Refusing,
    /// <summary>It answers, and so many of its detached generations have not ended that it gets no new ones.</summary>
    Stuck,
}

/// <summary>How a backend is, and why.</summary>
/// <param name="State">In a word.</param>
/// <param name="Why">In a sentence that anybody may read; null: as it should be.</param>
internal sealed record BackendCondition(BackendState State, string? Why = null)
{
    /// <summary>Of what is known of it.</summary>
    public static BackendCondition Of(BackendReach reach, bool stuck) => reach.State switch
    {
        ReachState.Unreachable => new(BackendState.Unreachable, reach.Why),
        ReachState.Refusing => new(BackendState.Refusing, reach.Why),
        _ when stuck => new(BackendState.Stuck, "Too many of its detached generations have not ended; it gets no new ones until some have."),
        _ => new(BackendState.Reachable),
    };
}

/// <summary>One thing that is not as it should be.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Backend">Which backend, or null where it is the server itself.</param>
/// <param name="Message">For people.</param>
internal sealed record ReadinessReason(string Code, string? Backend, string Message);

/// <summary>Whether the server should get prompts, and all that is not as it should be. Pure.</summary>
internal static class Readiness
{
    public const string ActorsStoppedCode = "actors_stopped";
    public const string DrainingCode = "draining";
    public const string BackendUnreachableCode = "backend_unreachable";
    public const string BackendRefusingCode = "backend_refusing";
    public const string BackendStuckCode = "backend_stuck";
    public const string BackendTroubleCode = "backend_trouble";

    public const string LogFailingCode = "log_failing";

    /// <summary>Every code there is.</summary>
    public static readonly IReadOnlyList<string> Codes =
        [ActorsStoppedCode, DrainingCode, BackendUnreachableCode, BackendRefusingCode, BackendStuckCode, BackendTroubleCode, LogFailingCode];

    public static readonly ReadinessReason ActorsStopped = new(ActorsStoppedCode, null, "The actor system has stopped; start the process again.");

    private static readonly ReadinessReason Drains = new(DrainingCode, null, "No new prompts are taken; what runs may finish.");

    private static readonly ReadinessReason LogFails = new(
        LogFailingCode, null, "The log's file takes no lines, so what happens now may be missing there; the console has it and says why. Is the disk full?");

    /// <summary>Ready while prompts are taken and one backend at least can answer them; reasons may be given all the same.</summary>
    /// <param name="draining">No new prompts are taken.</param>
    /// <param name="actorsStopped">Nothing works.</param>
    /// <param name="backends">How they are, by name.</param>
    /// <param name="causeOf">Why the backend of that name did not answer what it was last asked, or null.</param>
    /// <param name="logFails">The log's file takes no lines.</param>
    public static (bool Ready, IReadOnlyList<ReadinessReason> Reasons) Of(
        bool draining, bool actorsStopped, IReadOnlyDictionary<string, BackendCondition> backends, Func<string, string?> causeOf, bool logFails = false)
    {
        var reasons = new List<ReadinessReason>();
        if (actorsStopped)
            reasons.Add(ActorsStopped);
        if (draining)
            reasons.Add(Drains);
        if (logFails)
            reasons.Add(LogFails);
        reasons.AddRange(backends.SelectMany(b => OfBackend(b.Key, b.Value, causeOf(b.Key))));
        return (!draining && !actorsStopped && backends.Values.Any(b => b.State == BackendState.Reachable), reasons);
    }

    /// <summary>Where it answers nothing, or refuses, the cause is why; else it stands for itself.</summary>
    private static IEnumerable<ReadinessReason> OfBackend(string name, BackendCondition backend, string? cause)
    {
        var code = backend.State switch
        {
            BackendState.Unreachable => BackendUnreachableCode,
            BackendState.Refusing => BackendRefusingCode,
            BackendState.Stuck => BackendStuckCode,
            _ => null,
        };
        var isTold = code is BackendUnreachableCode or BackendRefusingCode;
        if (code is not null)
            yield return new(code, name, isTold ? $"{backend.Why} {cause}".TrimEnd() : backend.Why!);
        if (cause is not null && !isTold)
            yield return new(BackendTroubleCode, name, cause);
    }
}
