namespace StreamActors.Backends;

/// <summary>What became of the question for a backend's models.</summary>
internal enum ModelAnswerKind
{
    /// <summary>It gave them.</summary>
    Listed,
    /// <summary>It answered with something else.</summary>
    Refused,
    /// <summary>It did not answer in time.</summary>
    Silent,
    /// <summary>It could not be asked.</summary>
    Failed,
}

/// <summary>The last answer to the question for a backend's models.</summary>
/// <param name="How">What became of it.</param>
/// <param name="Models">What it gave, or had given before.</param>
/// <param name="At">When, by the clock of its list.</param>
/// <param name="Status">The HTTP status of a refusal; else 0.</param>
internal sealed record ModelAnswer(ModelAnswerKind How, ModelIndex Models, long At, int Status = 0)
{
    /// <summary>The server, or a gateway in front of it, said that it is away.</summary>
    public bool IsAway => MeansAway(Status);

    /// <summary>Prompts would fare no better: the server is away, or at another address.</summary>
    public bool ConcernsPrompts => IsAway || Status is >= 300 and < 400;

    /// <summary>The server said something.</summary>
    public bool IsAnswer => How is ModelAnswerKind.Listed or ModelAnswerKind.Refused;

    /// <summary>Whether a status says that the server is away, as gateways do.</summary>
    public static bool MeansAway(int status) => status is 502 or 503 or 504;
}
