using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Streams;

namespace StreamActors.Streaming;

/// <summary>A node's token paths: as many as there are answers on the way, and some that wait for the next.</summary>
public sealed class TokenPaths
{
    private const int MostIdle = 256;
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(20);

    private readonly ConcurrentStack<TokenPath> _idle = new();
    private int _idleCount;

    /// <summary>How many wait for an answer.</summary>
    public int Idle => Volatile.Read(ref _idleCount);

    /// <summary>
    /// Makes the system's materializer and waits until it has started. Whoever materializes before is blocked, thread and all,
    /// until it has; a burst of first prompts would block every thread there is, that of the start among them.
    /// </summary>
    public static Task ReadyAsync(ActorSystem system) =>
        system.Materializer().Supervisor.Ask<ActorIdentity>(new Identify(null), ReadyWithin);

    /// <summary>Sends an answer on its way.</summary>
    /// <param name="answer">It.</param>
    /// <param name="materializer">For a path more, where none is idle; must outlive it.</param>
    public void Begin(PumpedAnswer answer, IMaterializer materializer)
    {
        while (_idle.TryPop(out var path))
        {
            Interlocked.Decrement(ref _idleCount);
            if (path.TryBegin(answer))
                return;
        }

        if (!TokenPath.Materialize(materializer, Keep).TryBegin(answer))
            throw new InvalidOperationException("The materializer is shut down.");
    }

    private void Keep(TokenPath path)
    {
        if (Interlocked.Increment(ref _idleCount) <= MostIdle)
        {
            _idle.Push(path);
            return;
        }

        Interlocked.Decrement(ref _idleCount);
        path.Close();
    }
}
