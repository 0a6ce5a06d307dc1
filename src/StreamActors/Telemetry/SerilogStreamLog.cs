using Serilog;
using StreamActors.Protocol;

namespace StreamActors.Telemetry;

/// <summary>Stream events as Serilog lines: the name, then <c>key=value</c>; absent values are <c>-</c>.</summary>
public sealed class SerilogStreamLog(ILogger logger) : IStreamLog
{
    private readonly ILogger _log = logger.ForContext<StreamEvent>();

    /// <inheritdoc/>
    public void Write(StreamEvent @event)
    {
        var trace = @event.Trace.Value;
        var session = LogValue.Safe(@event.Session.Id);
        switch (@event)
        {
            case StreamEvent.Accepted e when e.CallerTrace == default:
                _log.Information("stream_accepted trace={trace} stream_id={stream_id} session={session} model={model} owner={owner} client={client}",
                    trace, trace, session, LogValue.Safe(e.Model), LogValue.Safe(e.Session.Owner), LogValue.Safe(e.Client));
                break;
            case StreamEvent.Accepted e:
                _log.Information(
                    "stream_accepted trace={trace} stream_id={stream_id} session={session} model={model} owner={owner} client={client} client_trace={client_trace}",
                    trace, trace, session, LogValue.Safe(e.Model), LogValue.Safe(e.Session.Owner), LogValue.Safe(e.Client), e.CallerTrace.ToHexString());
                break;
            case StreamEvent.Started e:
                _log.Information("stream_start trace={trace} stream_id={stream_id} session={session} model={model} backend={backend}",
                    trace, trace, session, LogValue.Safe(e.Model), LogValue.Safe(e.Backend));
                break;
            case StreamEvent.Dropped e:
                _log.Information("stream_dropped trace={trace} session={session} reason={reason} superseded_by={superseded_by}",
                    trace, session, e.Reason.Name(), Text(e.SupersededBy));
                break;
            case StreamEvent.Cancelled e:
                _log.Information("stream_cancelled trace={trace} session={session} reason={reason} superseded_by={superseded_by}",
                    trace, session, e.Reason.Name(), Text(e.SupersededBy));
                break;
            case StreamEvent.Ended e:
                _log.Information(
                    "stream_end trace={trace} session={session} outcome={outcome} reason={reason} tokens={tokens} ttft_ms={ttft_ms} duration_ms={duration_ms}",
                    trace, session, e.Outcome.Name(), e.Reason == EndReason.None ? LogValue.Absent : e.Reason.Name(), e.Tokens,
                    e.TimeToFirstToken is { } ttft ? Milliseconds(ttft) : LogValue.Absent, Milliseconds(e.Duration));
                break;
            case StreamEvent.FinishedCleanly e:
                _log.Information("prev_stream_finished_cleanly session={session} trace={trace} took_ms={took_ms}",
                    session, trace, Milliseconds(e.Took));
                break;
            case StreamEvent.TimedOutOnCancel e:
                _log.Warning("prev_stream_timeout_on_cancel session={session} trace={trace} timeout_ms={timeout_ms}",
                    session, trace, Milliseconds(e.Timeout));
                break;
            case StreamEvent.DetachedEnded e:
                _log.Information("stream_detached_ended session={session} trace={trace} after_ms={after_ms}",
                    session, trace, Milliseconds(e.After));
                break;
        }
    }

    private static string Text(TraceId? trace) => trace?.Value ?? LogValue.Absent;

    /// <summary>Milliseconds with one decimal where it matters, so that a fast proof does not read as zero.</summary>
    private static object Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds < 100 ? Math.Round(time.TotalMilliseconds, 1) : (long)time.TotalMilliseconds;
}
