using System.Collections.Immutable;
using StreamActors.Protocol;
using static StreamActors.Sessions.SessionEffect;

namespace StreamActors.Sessions;

/// <summary>The steps that a turn's decisions are made of. Each changes the state and says the effects that go with it, in their order.</summary>
internal abstract class TurnSteps(SessionState state)
{
    private readonly ImmutableArray<SessionEffect>.Builder _effects = ImmutableArray.CreateBuilder<SessionEffect>();

    protected SessionState State { get; set; } = state;

    public (SessionState State, ImmutableArray<SessionEffect> Effects) Result() => (State, _effects.DrainToImmutable());

    public void LetGoIfIdle()
    {
        if (State.Current is null && State.Detached.IsEmpty)
            Do(new Passivate());
    }

    protected void StartGeneration(Prompt prompt)
    {
        var number = State.LastNumber + 1;
        State = State with { LastNumber = number, Current = new Current(number, prompt), Next = null };
        Do(new Start(number, prompt));
    }

    /// <summary>Tells the current generation to stop, once; a later caller only adds who superseded it.</summary>
    protected void StopCurrent(EndReason reason, TraceId? supersededBy)
    {
        var current = State.Current!;
        var stopped = current with { SupersededBy = current.SupersededBy ?? supersededBy };
        if (current.StopReason is null)
        {
            stopped = stopped with { StopReason = reason, CancelAnnounced = reason.IsCancellation() && !current.Released };
            if (stopped.CancelAnnounced)
                Do(new AnnounceCancel(current.Number, reason, supersededBy));
            Do(new Stop(current.Number, reason, supersededBy));
            Do(new ArmGrace(current.Number));
        }

        State = State with { Current = stopped };
    }

    /// <summary>The current generation is over or given up: pay the receipts, start what waits.</summary>
    protected void GoOn(ReceiptOutcome outcome)
    {
        var over = State.Current!;
        if (over.StopReason is not null)
            Do(new DisarmGrace());
        foreach (var ticket in State.Tickets.Items)
            Do(new GiveReceipt(ticket, over.Prompt.Trace, outcome));
        State = State with { Current = null, Tickets = ValueList<int>.Empty };
        if (State.Next is { } next)
            StartGeneration(next);
        else
            BeIdle();
    }

    protected void BeIdle()
    {
        if (State.EndWhenIdle || State.Draining)
            LetGoIfIdle();
        else
            Do(new ArmIdle());
    }

    protected void DropNext(EndReason reason, TraceId? supersededBy)
    {
        if (State.Next is not { } next)
            return;
        State = State with { Next = null };
        Do(new Drop(next, reason, supersededBy));
    }

    protected void AddTicket(int? ticket)
    {
        if (ticket is { } number)
            State = State with { Tickets = State.Tickets.Add(number) };
    }

    protected void PayTicket(int? ticket, TraceId? trace, ReceiptOutcome outcome)
    {
        if (ticket is { } number)
            Do(new GiveReceipt(number, trace, outcome));
    }

    protected void Do(SessionEffect effect) => _effects.Add(effect);
}
