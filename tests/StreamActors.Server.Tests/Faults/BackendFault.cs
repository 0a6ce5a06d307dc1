namespace StreamActors.Server.Tests.Faults;

/// <summary>What a fault amounts to for the stream it happens to.</summary>
internal enum Effect
{
    /// <summary>The stream fails at once.</summary>
    Fails,
    /// <summary>The answer is whole all the same.</summary>
    Completes,
    /// <summary>No content comes any more, and no end either.</summary>
    Stalls,
    /// <summary>Content comes for ever.</summary>
    Trickles,
}

/// <summary>The fault as it happens to a stream in one state.</summary>
/// <param name="Effect">What it amounts to.</param>
/// <param name="Act">What the model server does.</param>
internal sealed record Strike(Effect Effect, Func<StagedStream, Task> Act)
{
    /// <summary>Why the stream fails, as the log says it.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What makes it fail, where a wait in real time does.</summary>
    public Deadline By { get; init; } = Deadline.None;

    /// <summary>The status where nothing has reached the client yet.</summary>
    public int Status { get; init; } = 502;

    /// <summary>What the model server does in each second from then on, told which it is.</summary>
    public Func<StagedStream, int, Task>? EachSecond { get; init; }

    /// <summary>It sends a chunk, at which a pump that nobody wants any more lets go.</summary>
    public bool SendsChunks { get; init; }

    /// <summary>Whether a replaced generation is over by it.</summary>
    public bool EndsReplaced => SendsChunks || Effect is Effect.Fails or Effect.Completes;
}

/// <summary>One way in which a model server goes wrong, or a backend's own code does.</summary>
/// <param name="Name">Its row in the table.</param>
internal sealed record BackendFault(string Name)
{
    /// <summary>How it happens before the first content; null: it cannot.</summary>
    public Strike? Before { get; init; }

    /// <summary>How it happens after content; null: it cannot.</summary>
    public Strike? After { get; init; }

    /// <summary>Why it cannot happen in the other state.</summary>
    public string? Why { get; init; }

    /// <summary>How it happens to a kept-alive connection between two answers; null: it ends the previous answer.</summary>
    public Func<StagedStream, Task>? WhenIdle { get; init; }

    /// <summary>The backend's own code, where that is what fails.</summary>
    public Turn Turn { get; init; } = (backend, request, cancellation) => backend.StreamAsync(request, cancellation);

    /// <summary>It holds a thread while it waits.</summary>
    public bool Blocks { get; init; }

    /// <summary>It happens in the very step that asks the backend: nothing else can happen meanwhile.</summary>
    public bool Instant { get; init; }

    /// <summary>The model server is never asked.</summary>
    public bool NeverReaches { get; init; }

    /// <summary>It hears of its cancellation only <see cref="DeafFor"/> later.</summary>
    public bool Deaf { get; init; }

    public TimeSpan DeafFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Why the pair cannot happen, or null.</summary>
    public string? CannotHappen(Moment moment) => moment switch
    {
        Moment.FirstTokenAwaited when Before is null => Why,
        Moment.Streaming when After is null => Why,
        Moment.BeingReplaced when Instant => "it is over in the step in which the backend is asked",
        _ => null,
    };

    /// <summary>Whether it is played after content: where the moment says nothing of that, before it if that can be.</summary>
    public bool HappensAfterContent(Moment moment) => moment switch
    {
        Moment.Streaming or Moment.BeingReplaced or Moment.Draining => After is not null,
        _ => Before is null,
    };
}
