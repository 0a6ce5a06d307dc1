using Akka.Actor;

namespace StreamActors.Sessions;

/// <summary>
/// The session's one clock: the grace while a generation is being replaced, idleness while nothing runs. Each setting has a
/// timer of its own that can send only what it was set with; one that comes late names its generation and is dropped by the machine.
/// </summary>
internal sealed class SessionClock(TimeProvider time, IActorRef self) : IDisposable
{
    private ITimer? _timer;

    public void Arm(TimeSpan after, SessionEvent due)
    {
        Disarm();
        _timer = time.CreateTimer(_ => self.Tell(due), null, after, Timeout.InfiniteTimeSpan);
    }

    public void Disarm()
    {
        _timer?.Dispose();
        _timer = null;
    }

    public void Dispose() => Disarm();
}
