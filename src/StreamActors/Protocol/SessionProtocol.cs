using System.Diagnostics;

namespace StreamActors.Protocol;

/// <summary>All that a session may be told and all that it answers. Pure data: no stream, no sink, no reference.</summary>
public static class SessionProtocol
{
    /// <summary>A message for one session.</summary>
    public interface ISessionMessage
    {
        /// <summary>The session meant.</summary>
        SessionKey Session { get; }
    }

    /// <summary>A new prompt: it ends whatever the session is doing. Its answer goes to the open response of the same trace.</summary>
    /// <param name="Session">The session; made if it does not live.</param>
    /// <param name="Prompt">The prompt.</param>
    /// <param name="OneShot">The session is this request's own and ends with it.</param>
    public sealed record SubmitPrompt(SessionKey Session, Prompt Prompt, bool OneShot) : ISessionMessage;

    /// <summary>Stop exactly this stream. Answered with a <see cref="Receipt"/> once it is proven over or detached.</summary>
    public sealed record CancelStream(SessionKey Session, TraceId Trace, EndReason Reason) : ISessionMessage;

    /// <summary>The client of this stream is gone, or takes no data. Not answered.</summary>
    public sealed record ClientGone(SessionKey Session, TraceId Trace, EndReason Reason) : ISessionMessage;

    /// <summary>End the session and what runs in it. Answered with a <see cref="Receipt"/>, or <see cref="SessionNotFound"/>.</summary>
    public sealed record EndSession(SessionKey Session, EndReason Reason) : ISessionMessage;

    /// <summary>All sessions: take no new prompts; what runs may finish.</summary>
    public sealed record Drain
    {
        public static readonly Drain Instance = new();
    }

    /// <summary>All sessions: end what still runs, with <see cref="EndReason.ServerShutdown"/>.</summary>
    public sealed record EndAll
    {
        public static readonly EndAll Instance = new();
    }

    /// <summary>The session that was to end does not live.</summary>
    public sealed record SessionNotFound(SessionKey Session);
}

/// <summary>A prompt and the trace that names it from here on.</summary>
/// <param name="Trace">Unique per request.</param>
/// <param name="Request">What to ask which backend.</param>
/// <param name="Arrival">Its place in the order of arrival: which of two prompts is the newer one is decided when they arrive, not
/// by how long the question after their models took.</param>
public sealed record Prompt(TraceId Trace, ChatRequest Request, long Arrival = 0)
{
    /// <summary>The W3C trace that the caller says it belongs to, which may repeat; default: it says none.</summary>
    public ActivityTraceId CallerTrace { get; init; }

    /// <summary>The address of the client, for the log alone; null: not known.</summary>
    public string? Client { get; init; }
}

/// <summary>What a cancelling caller is told once it is so.</summary>
/// <param name="Trace">The stream, or null where a session ended with nothing running in it.</param>
/// <param name="Outcome">How the stop went.</param>
/// <param name="Took">From the request to the proof (or to the end of the grace).</param>
public sealed record Receipt(TraceId? Trace, ReceiptOutcome Outcome, TimeSpan Took);

/// <summary>How a stop went.</summary>
public enum ReceiptOutcome
{
    /// <summary>Upstream connection and response are closed, the actor is gone.</summary>
    FinishedCleanly,
    /// <summary>It did not stop within the grace and was detached.</summary>
    TimedOut,
    /// <summary>It had ended by itself before.</summary>
    AlreadyEnded,
}
