using StreamActors.Protocol;
using static StreamActors.Sessions.SessionEffect;

namespace StreamActors.Sessions;

/// <summary>What the events of a session decide.</summary>
internal sealed class Turn(SessionState state) : TurnSteps(state)
{
    public bool IsCurrent(int number) => State.Current?.Number == number;

    public void Submit(Prompt prompt, bool oneShot)
    {
        Do(new Accept(prompt));
        if (State.Draining)
        {
            Do(new Drop(prompt, EndReason.ServerShutdown, null));
            if (State.Current is null)
                LetGoIfIdle();
            return;
        }

        if (State.Newest is { } newest && newest.Arrival > prompt.Arrival)
        {
            // It was overtaken on its way here: the newer prompt has won already.
            Do(new Drop(prompt, EndReason.RegistryNewStream, newest.Trace));
            return;
        }

        State = State with { Newest = new Arrived(prompt.Arrival, prompt.Trace), EndWhenIdle = oneShot };
        if (State.Current is null)
        {
            Do(new DisarmIdle());
            StartGeneration(prompt);
            return;
        }

        DropNext(EndReason.RegistryNewStream, prompt.Trace);
        State = State with { Next = prompt };
        StopCurrent(EndReason.RegistryNewStream, prompt.Trace);
    }

    public void Finishing()
    {
        if (State.Current is not { StopReason: null, Released: false } current)
            return;
        State = State with { Current = current with { Released = true } };
        Do(new Release(current.Number));
    }

    public void Record(StreamEnding ending) => State = State with { Current = State.Current! with { Ending = ending } };

    public void DeadlineMissed(EndReason reason)
    {
        if (State.Current is { Released: false })
            StopCurrent(reason, supersededBy: null);
    }

    public void Terminated()
    {
        var current = State.Current!;
        var ending = current.Ending ?? Crashed(current);
        if (ending.Outcome == Outcome.Cancelled && !current.CancelAnnounced)
            Do(new AnnounceCancel(current.Number, ending.Reason, ending.SupersededBy));
        Do(new End(current.Number, ending));
        if (current is { SupersededBy: not null, Ending: not null })
            Do(new ConfirmFinished(current.Number));
        GoOn(ending.Outcome == Outcome.Completed ? ReceiptOutcome.AlreadyEnded : ReceiptOutcome.FinishedCleanly);
    }

    public void GraceElapsed()
    {
        var current = State.Current!;
        var ending = new StreamEnding(Outcome.Detached, current.StopReason!.Value, current.SupersededBy);
        if (ending.Reason.IsCancellation() && !current.CancelAnnounced)
            Do(new AnnounceCancel(current.Number, ending.Reason, ending.SupersededBy));
        Do(new Detach(current.Number, ending));
        State = State with { Detached = State.Detached.Add(current.Number) };
        GoOn(ReceiptOutcome.TimedOut);
    }

    public void DetachedTerminated(int number)
    {
        Do(new DetachedEnded(number));
        State = State with { Detached = State.Detached.Remove(number) };
        if (State.Current is null)
            BeIdle();
    }

    public void Cancel(TraceId trace, EndReason reason, int? ticket)
    {
        if (State.Current?.Prompt.Trace == trace)
        {
            AddTicket(ticket);
            StopCurrent(reason, supersededBy: null);
        }
        else if (State.Next?.Trace == trace)
        {
            DropNext(reason, supersededBy: null);
            PayTicket(ticket, trace, ReceiptOutcome.FinishedCleanly);
        }
        else
        {
            PayTicket(ticket, trace, ReceiptOutcome.AlreadyEnded);
        }
    }

    public void EndSession(EndReason reason, int? ticket)
    {
        State = State with { EndWhenIdle = true };
        DropNext(reason, supersededBy: null);
        if (State.Current is null)
        {
            PayTicket(ticket, null, ReceiptOutcome.AlreadyEnded);
            LetGoIfIdle();
            return;
        }

        AddTicket(ticket);
        StopCurrent(reason, supersededBy: null);
    }

    public void Drain()
    {
        State = State with { Draining = true };
        LetGoIfIdle();
    }

    /// <summary>The actor ended without saying how: as it was told to, or because the backend's code failed.</summary>
    private static StreamEnding Crashed(Current current) => current is { Released: false, StopReason: { } reason }
        ? StreamEnding.Because(reason, current.SupersededBy)
        : StreamEnding.Because(EndReason.BackendError);
}
