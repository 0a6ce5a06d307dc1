using System.Collections.Immutable;
using static StreamActors.Sessions.SessionEvent;

namespace StreamActors.Sessions;

/// <summary>
/// The session protocol as a pure function: at most one generation is current, the newest prompt wins, and the next one
/// starts only when the current one is over (its actor terminated) or detached (its grace elapsed).
/// <code>
///                submitted                     submitted / cancel / end
///   Idle ----------------------> Generating ----------------------------> Replacing (next?)
///    ^                              | terminated                            | terminated, or grace elapsed (detach)
///    +------------------------------+---------------------------------------+--> next? start it : Idle
/// </code>
/// A generation whose model is done asks first (finishing) and is released, so that every stream ends one way and the
/// session says which: an announced cancellation is never followed by a complete answer.
/// </summary>
public static class SessionMachine
{
    /// <summary>Decides. Total: every event is legal in every state, stale ones change nothing.</summary>
    public static (SessionState State, ImmutableArray<SessionEffect> Effects) Handle(SessionState state, SessionEvent @event)
    {
        var turn = new Turn(state);
        switch (@event)
        {
            case Submitted e:
                turn.Submit(e.Prompt, e.OneShot);
                break;
            case GenerationFinishing e when turn.IsCurrent(e.Number):
                turn.Finishing();
                break;
            case GenerationEnded e when turn.IsCurrent(e.Number):
                turn.Record(e.Ending);
                break;
            case DeadlineMissed e when turn.IsCurrent(e.Number):
                turn.DeadlineMissed(e.Reason);
                break;
            case GenerationTerminated e when turn.IsCurrent(e.Number):
                turn.Terminated();
                break;
            case GenerationTerminated e when state.Detached.Contains(e.Number):
                turn.DetachedTerminated(e.Number);
                break;
            case GraceElapsed e when turn.IsCurrent(e.Number) && state.Phase == SessionPhase.Replacing:
                turn.GraceElapsed();
                break;
            case CancelRequested e:
                turn.Cancel(e.Trace, e.Reason, e.Ticket);
                break;
            case EndRequested e:
                turn.EndSession(e.Reason, e.Ticket);
                break;
            case Drained:
                turn.Drain();
                break;
            case IdleElapsed e when e.LastNumber == state.LastNumber:
                turn.LetGoIfIdle();
                break;
        }

        return turn.Result();
    }
}
