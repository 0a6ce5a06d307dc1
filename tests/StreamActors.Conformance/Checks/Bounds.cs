namespace StreamActors.Conformance.Checks;

/// <summary>How long a check waits before it calls a promise broken. Generous: the figures say how long it took.</summary>
internal sealed record Bounds
{
    /// <summary>For an answer: its first content, or the whole of a short one.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From a newer prompt to the end of the older one, at its client.</summary>
    public TimeSpan End { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From a client's leaving to the end of its request at the model server.</summary>
    public TimeSpan Abort { get; init; } = TimeSpan.FromSeconds(5);
}
