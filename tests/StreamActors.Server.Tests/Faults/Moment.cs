namespace StreamActors.Server.Tests.Faults;

/// <summary>What a session is doing when a fault happens to it.</summary>
internal enum Moment
{
    /// <summary>Nothing runs: its previous answer is over.</summary>
    Idle,
    /// <summary>It waits for a place at a backend that is full.</summary>
    Queued,
    /// <summary>The backend has been asked and has given no content yet.</summary>
    FirstTokenAwaited,
    /// <summary>Content has reached the client.</summary>
    Streaming,
    /// <summary>A newer prompt is there and the backend has not let go of the older one.</summary>
    BeingReplaced,
    /// <summary>The server lets running streams finish and takes no new prompts.</summary>
    Draining,
}

internal static class Moments
{
    public static readonly IReadOnlyList<Moment> All = Enum.GetValues<Moment>();

    /// <summary>As it stands in the table and in the name of a pair.</summary>
    public static string Name(this Moment moment) => moment switch
    {
        Moment.FirstTokenAwaited => "first token awaited",
        Moment.BeingReplaced => "being replaced",
        _ => moment.ToString().ToLowerInvariant(),
    };
}
