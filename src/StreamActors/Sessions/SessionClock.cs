using Akka.Actor;

namespace StreamActors.Sessions;

/// <summary>
/// The session's one clock: the grace while a generation is being replaced, idleness while nothing runs. Sends the event it was
/// armed with; an event that was under way when the clock was set anew names its generation and is dropped by the machine.
/// </summary>
internal sealed class SessionClock : IDisposable
{
    private readonly ITimer _timer;
    private volatile SessionEvent? _armed;

    public SessionClock(TimeProvider time, IActorRef self) => _timer = time.CreateTimer(
        _ =>
        {
            if (_armed is { } due)
                self.Tell(due);
        },
        null,
        Timeout.InfiniteTimeSpan,
        Timeout.InfiniteTimeSpan);

    public void Arm(TimeSpan after, SessionEvent due)
    {
        _armed = due;
        _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    public void Disarm()
    {
        _armed = null;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
