using StreamActors.Protocol;

namespace StreamActors.Sessions;

/// <summary>What can happen to a session. Whatever concerns a generation names it by number.</summary>
public abstract record SessionEvent
{
    private SessionEvent()
    {
    }

    /// <summary>A prompt arrived.</summary>
    public sealed record Submitted(Prompt Prompt, bool OneShot = false) : SessionEvent;

    /// <summary>The model's side of a generation is over, its upstream closed; it asks to close its response.</summary>
    public sealed record GenerationFinishing(int Number) : SessionEvent;

    /// <summary>A generation's response is closed too: this is how it ended.</summary>
    public sealed record GenerationEnded(int Number, StreamEnding Ending) : SessionEvent;

    /// <summary>A generation's actor is gone: the proof.</summary>
    public sealed record GenerationTerminated(int Number) : SessionEvent;

    /// <summary>A generation has missed one of its deadlines and asks to be stopped.</summary>
    public sealed record DeadlineMissed(int Number, EndReason Reason) : SessionEvent;

    /// <summary>A generation that was told to stop has had its time.</summary>
    public sealed record GraceElapsed(int Number) : SessionEvent;

    /// <summary>Somebody wants one stream stopped; with a ticket, wants to hear of it.</summary>
    public sealed record CancelRequested(TraceId Trace, EndReason Reason, int? Ticket = null) : SessionEvent;

    /// <summary>Everything in the session is to stop, and the session with it; with a ticket, somebody wants to hear of it.</summary>
    public sealed record EndRequested(EndReason Reason, int? Ticket = null) : SessionEvent;

    /// <summary>The node takes no new prompts any more.</summary>
    public sealed record Drained : SessionEvent;

    /// <summary>The session has been idle for long enough since its newest generation.</summary>
    public sealed record IdleElapsed(int LastNumber) : SessionEvent;
}

/// <summary>What the session's actor is to do, in this order.</summary>
public abstract record SessionEffect
{
    private SessionEffect()
    {
    }

    /// <summary>Log <c>stream_accepted</c>.</summary>
    public sealed record Accept(Prompt Prompt) : SessionEffect;

    /// <summary>Log <c>stream_dropped</c> and answer the prompt, which will never start.</summary>
    public sealed record Drop(Prompt Prompt, EndReason Reason, TraceId? SupersededBy) : SessionEffect;

    /// <summary>Make the generation's actor and log <c>stream_start</c>.</summary>
    public sealed record Start(int Number, Prompt Prompt) : SessionEffect;

    /// <summary>Log <c>stream_cancelled</c>. The decision is made.</summary>
    public sealed record AnnounceCancel(int Number, EndReason Reason, TraceId? SupersededBy) : SessionEffect;

    /// <summary>Answer the generation's client and tell the generation to stop (or, where it was released, to hurry).</summary>
    public sealed record Stop(int Number, EndReason Reason, TraceId? SupersededBy) : SessionEffect;

    /// <summary>Tell the generation that it may close its response as it asked.</summary>
    public sealed record Release(int Number) : SessionEffect;

    /// <summary>Log <c>stream_end</c>.</summary>
    public sealed record End(int Number, StreamEnding Ending) : SessionEffect;

    /// <summary>Log <c>prev_stream_finished_cleanly</c>.</summary>
    public sealed record ConfirmFinished(int Number) : SessionEffect;

    /// <summary>Log <c>prev_stream_timeout_on_cancel</c> and <c>stream_end outcome=detached</c>, fence the generation's response.</summary>
    public sealed record Detach(int Number, StreamEnding Ending) : SessionEffect;

    /// <summary>Log <c>stream_detached_ended</c>.</summary>
    public sealed record DetachedEnded(int Number) : SessionEffect;

    /// <summary>Answer a ticket. <paramref name="Trace"/> is null where nothing ran.</summary>
    public sealed record GiveReceipt(int Ticket, TraceId? Trace, ReceiptOutcome Outcome) : SessionEffect;

    /// <summary>Start the clock of the grace.</summary>
    public sealed record ArmGrace(int Number) : SessionEffect;

    /// <summary>Stop the clock of the grace.</summary>
    public sealed record DisarmGrace : SessionEffect;

    /// <summary>Start the clock of idleness.</summary>
    public sealed record ArmIdle : SessionEffect;

    /// <summary>Stop the clock of idleness.</summary>
    public sealed record DisarmIdle : SessionEffect;

    /// <summary>Ask the parent to let this session go.</summary>
    public sealed record Passivate : SessionEffect;
}
