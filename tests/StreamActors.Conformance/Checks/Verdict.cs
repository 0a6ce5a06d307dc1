namespace StreamActors.Conformance.Checks;

/// <summary>What came of a check.</summary>
internal enum Verdict
{
    Passed,
    Failed,

    /// <summary>The server has no such thing, which is no failure.</summary>
    NotOffered,

    /// <summary>It cannot be seen from where the kit stands.</summary>
    NotSeen,

    /// <summary>The server does not answer any more, or time is over.</summary>
    NotRun,
}

/// <summary>A check and what came of it.</summary>
internal sealed record Finding(Check Check, Verdict Verdict, Seen Seen)
{
    /// <summary>Whether the run as a whole has not passed.</summary>
    public bool Spoils => Verdict is Verdict.Failed or Verdict.NotRun;
}
