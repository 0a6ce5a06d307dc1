using System.Collections.Immutable;
using StreamActors.Protocol;
using static StreamActors.Sessions.SessionEffect;

namespace StreamActors.Sessions;

/// <summary>One event's decision in the making: the state as it becomes and the effects in their order.</summary>
internal sealed class Turn(SessionState state)
{
    private readonly ImmutableArray<SessionEffect>.Builder _effects = ImmutableArray.CreateBuilder<SessionEffect>();
    private SessionState _state = state;

    public (SessionState State, ImmutableArray<SessionEffect> Effects) Result() => (_state, _effects.DrainToImmutable());

    public bool IsCurrent(int number) => _state.Current?.Number == number;

    public void Submit(Prompt prompt, bool oneShot)
    {
        Do(new Accept(prompt));
        if (_state.Draining)
        {
            Do(new Drop(prompt, EndReason.ServerShutdown, null));
            if (_state.Current is null)
                LetGoIfIdle();
            return;
        }

        if (_state.Newest is { } newest && newest.Arrival > prompt.Arrival)
        {
            // It was overtaken on its way here: the newer prompt has won already.
            Do(new Drop(prompt, EndReason.RegistryNewStream, newest.Trace));
            return;
        }

        _state = _state with { Newest = prompt, EndWhenIdle = oneShot };
        if (_state.Current is null)
        {
            Do(new DisarmIdle());
            StartGeneration(prompt);
            return;
        }

        DropNext(EndReason.RegistryNewStream, prompt.Trace);
        _state = _state with { Next = prompt };
        StopCurrent(EndReason.RegistryNewStream, prompt.Trace);
    }

    public void Finishing()
    {
        if (_state.Current is not { StopReason: null, Released: false } current)
            return;
        _state = _state with { Current = current with { Released = true } };
        Do(new Release(current.Number));
    }

    public void Record(StreamEnding ending) => _state = _state with { Current = _state.Current! with { Ending = ending } };

    public void DeadlineMissed(EndReason reason)
    {
        if (_state.Current is { Released: false })
            StopCurrent(reason, supersededBy: null);
    }

    public void Terminated()
    {
        var current = _state.Current!;
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
        var current = _state.Current!;
        var ending = new StreamEnding(Outcome.Detached, current.StopReason!.Value, current.SupersededBy);
        if (ending.Reason.IsCancellation() && !current.CancelAnnounced)
            Do(new AnnounceCancel(current.Number, ending.Reason, ending.SupersededBy));
        Do(new Detach(current.Number, ending));
        _state = _state with { Detached = _state.Detached.Add(current.Number) };
        GoOn(ReceiptOutcome.TimedOut);
    }

    public void DetachedTerminated(int number)
    {
        Do(new DetachedEnded(number));
        _state = _state with { Detached = _state.Detached.Remove(number) };
        if (_state.Current is null)
            BeIdle();
    }

    public void Cancel(TraceId trace, EndReason reason, int? ticket)
    {
        if (_state.Current?.Prompt.Trace == trace)
        {
            AddTicket(ticket);
            StopCurrent(reason, supersededBy: null);
        }
        else if (_state.Next?.Trace == trace)
        {
            DropNext(reason, supersededBy: null);
            GiveReceipt(ticket, trace, ReceiptOutcome.FinishedCleanly);
        }
        else
        {
            GiveReceipt(ticket, trace, ReceiptOutcome.AlreadyEnded);
        }
    }

    public void EndSession(EndReason reason, int? ticket)
    {
        _state = _state with { EndWhenIdle = true };
        DropNext(reason, supersededBy: null);
        if (_state.Current is null)
        {
            GiveReceipt(ticket, null, ReceiptOutcome.AlreadyEnded);
            LetGoIfIdle();
            return;
        }

        AddTicket(ticket);
        StopCurrent(reason, supersededBy: null);
    }

    public void Drain()
    {
        _state = _state with { Draining = true };
        LetGoIfIdle();
    }

    public void LetGoIfIdle()
    {
        if (_state.Current is null && _state.Detached.IsEmpty)
            Do(new Passivate());
    }

    private void StartGeneration(Prompt prompt)
    {
        var number = _state.LastNumber + 1;
        _state = _state with { LastNumber = number, Current = new Current(number, prompt), Next = null };
        Do(new Start(number, prompt));
    }

    /// <summary>Tells the current generation to stop, once; a later caller only adds who superseded it.</summary>
    private void StopCurrent(EndReason reason, TraceId? supersededBy)
    {
        var current = _state.Current!;
        var stopped = current with { SupersededBy = current.SupersededBy ?? supersededBy };
        if (current.StopReason is null)
        {
            stopped = stopped with { StopReason = reason, CancelAnnounced = reason.IsCancellation() && !current.Released };
            if (stopped.CancelAnnounced)
                Do(new AnnounceCancel(current.Number, reason, supersededBy));
            Do(new Stop(current.Number, reason, supersededBy));
            Do(new ArmGrace(current.Number));
        }

        _state = _state with { Current = stopped };
    }

    /// <summary>The current generation is over or given up: pay the receipts, start what waits.</summary>
    private void GoOn(ReceiptOutcome outcome)
    {
        var over = _state.Current!;
        if (over.StopReason is not null)
            Do(new DisarmGrace());
        foreach (var ticket in _state.Tickets.Items)
            Do(new GiveReceipt(ticket, over.Prompt.Trace, outcome));
        _state = _state with { Current = null, Tickets = ValueList<int>.Empty };
        if (_state.Next is { } next)
            StartGeneration(next);
        else
            BeIdle();
    }

    private void BeIdle()
    {
        if (_state.EndWhenIdle || _state.Draining)
            LetGoIfIdle();
        else
            Do(new ArmIdle());
    }

    private void DropNext(EndReason reason, TraceId? supersededBy)
    {
        if (_state.Next is not { } next)
            return;
        _state = _state with { Next = null };
        Do(new Drop(next, reason, supersededBy));
    }

    private void AddTicket(int? ticket)
    {
        if (ticket is { } number)
            _state = _state with { Tickets = _state.Tickets.Add(number) };
    }

    private void GiveReceipt(int? ticket, TraceId? trace, ReceiptOutcome outcome)
    {
        if (ticket is { } number)
            Do(new GiveReceipt(number, trace, outcome));
    }

    /// <summary>The actor is gone without a word: whoever wanted it stopped has what he wanted, else the backend's code failed.</summary>
    private static StreamEnding Crashed(Current current) => current is { Released: false, StopReason: { } reason }
        ? StreamEnding.Because(reason, current.SupersededBy)
        : StreamEnding.Because(EndReason.BackendError);

    private void Do(SessionEffect effect) => _effects.Add(effect);
}
