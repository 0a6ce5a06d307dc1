using System.Diagnostics;
using StreamActors.Protocol;

namespace StreamActors.Telemetry;

/// <summary>One line of the stream log. Each is written when it has become true, never before.</summary>
public abstract record StreamEvent(TraceId Trace, SessionKey Session)
{
    /// <summary>Whether it is a line of the log; what is not is for the metrics alone.</summary>
    public virtual bool IsLogged => true;

    /// <summary>A newer prompt of the session takes its place: the one event of a stream by which those are counted, told when it is decided.</summary>
    public bool IsSuperseding => this is Cancelled { Reason: EndReason.RegistryNewStream } or Dropped { Reason: EndReason.RegistryNewStream };

    /// <summary><c>stream_accepted</c>: the session has taken the prompt.</summary>
    public sealed record Accepted(TraceId Trace, SessionKey Session, string Model) : StreamEvent(Trace, Session)
    {
        /// <summary>Who is to answer.</summary>
        public string Backend { get; init; } = "";

        /// <summary>The trace that the caller says it belongs to; default: it says none.</summary>
        public ActivityTraceId CallerTrace { get; init; }

        /// <summary>The address of the client; null: not known.</summary>
        public string? Client { get; init; }
    }

    /// <summary><c>stream_dropped</c>: accepted, never started.</summary>
    public sealed record Dropped(TraceId Trace, SessionKey Session, EndReason Reason, TraceId? SupersededBy)
        : StreamEvent(Trace, Session);

    /// <summary><c>stream_start</c>: the generation's actor was made.</summary>
    public sealed record Started(TraceId Trace, SessionKey Session, string Model, string Backend) : StreamEvent(Trace, Session);

    /// <summary><c>stream_cancelled</c>: the decision to stop it was made.</summary>
    public sealed record Cancelled(TraceId Trace, SessionKey Session, EndReason Reason, TraceId? SupersededBy)
        : StreamEvent(Trace, Session);

    /// <summary><c>stream_end</c>: it is over, or detached. Times from its start.</summary>
    public sealed record Ended(
        TraceId Trace, SessionKey Session, Outcome Outcome, EndReason Reason, long Tokens, TimeSpan? TimeToFirstToken, TimeSpan Duration)
        : StreamEvent(Trace, Session)
    {
        /// <summary>What was asked of whom.</summary>
        public StreamTarget Target { get; init; }

        /// <summary>From its acceptance to its start.</summary>
        public TimeSpan Waited { get; init; }

        /// <summary>It waited for another of its session to give way.</summary>
        public bool TookOver { get; init; }
    }

    /// <summary><c>prev_stream_finished_cleanly</c>: the superseded one is proven over.</summary>
    public sealed record FinishedCleanly(TraceId Trace, SessionKey Session, TimeSpan Took) : StreamEvent(Trace, Session);

    /// <summary><c>prev_stream_timeout_on_cancel</c>: it did not stop within the grace.</summary>
    public sealed record TimedOutOnCancel(TraceId Trace, SessionKey Session, TimeSpan Timeout) : StreamEvent(Trace, Session)
    {
        /// <summary>The newer prompt that wanted its place, or null where it was stopped for another reason.</summary>
        public TraceId? SupersededBy { get; init; }
    }

    /// <summary><c>stream_detached_ended</c>: a detached one has stopped after all.</summary>
    public sealed record DetachedEnded(TraceId Trace, SessionKey Session, TimeSpan After) : StreamEvent(Trace, Session);

    /// <summary>Somebody who wanted a stop was told how it went. Has no line; its trace is empty where nothing ran.</summary>
    public sealed record ReceiptGiven(TraceId Trace, SessionKey Session, ReceiptOutcome Outcome) : StreamEvent(Trace, Session)
    {
        /// <inheritdoc/>
        public override bool IsLogged => false;
    }
}

/// <summary>What a stream asks of whom.</summary>
/// <param name="Kind">What it is a request for.</param>
/// <param name="Model">The model's name, one that a backend has.</param>
/// <param name="Backend">The backend's configured name.</param>
/// <param name="Streamed">It is answered token by token.</param>
public readonly record struct StreamTarget(RequestKind Kind, string Model, string Backend, bool Streamed)
{
    /// <summary>That of a request.</summary>
    public static StreamTarget Of(ChatRequest request) => new(request.Kind, request.Model, request.Backend, request.Stream);
}

/// <summary>Where stream events go; any number may be registered. Called from actors: must neither block nor throw.</summary>
public interface IStreamLog
{
    /// <summary>Writes one event.</summary>
    void Write(StreamEvent @event);
}
