using Akka.Actor;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Sessions;

/// <summary>What the session's actor keeps of a generation it has started, until its actor is gone.</summary>
/// <param name="prompt">What it answers.</param>
/// <param name="actor">Its actor.</param>
/// <param name="place">Its place at the backend.</param>
/// <param name="progress">How far it has come.</param>
/// <param name="started">The wall clock at its start.</param>
internal sealed class RunningGeneration(Prompt prompt, IActorRef actor, BackendPlace place, StreamProgress progress, DateTimeOffset started)
{
    public Prompt Prompt { get; } = prompt;

    public IActorRef Actor { get; } = actor;

    public BackendPlace Place { get; } = place;

    public StreamProgress Progress { get; } = progress;

    public DateTimeOffset Started { get; } = started;

    /// <summary>From its prompt's acceptance to its start.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>It waited for another to give way.</summary>
    public bool TookOver { get; set; }

    /// <summary>Timestamp of the order to stop.</summary>
    public long StoppedAt { get; set; }
}
