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
    private static readonly int[] OfGateways = [502, 503, 504];

    /// <summary>What stands before the server said that the server is away, or it said so itself.</summary>
    public bool IsAway => OfGateways.Contains(Status);

    /// <summary>What was said concerns prompts too: a server that is away, or elsewhere.</summary>
    public bool ConcernsPrompts => IsAway || Status is >= 300 and < 400;

    /// <summary>The server said something.</summary>
    public bool IsAnswer => How is ModelAnswerKind.Listed or ModelAnswerKind.Refused;
}
