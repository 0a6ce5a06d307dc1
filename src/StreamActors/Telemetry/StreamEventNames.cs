using System.Globalization;
using StreamActors.Protocol;

namespace StreamActors.Telemetry;

/// <summary>Stream events in few words, as people read them; the log has all of each.</summary>
public static class StreamEventNames
{
    /// <summary>The name as it stands in the log, for example <c>stream_end</c>.</summary>
    public static string Of(StreamEvent @event) => @event switch
    {
        StreamEvent.Accepted => "stream_accepted",
        StreamEvent.Started => "stream_start",
        StreamEvent.Dropped => "stream_dropped",
        StreamEvent.Cancelled => "stream_cancelled",
        StreamEvent.Ended => "stream_end",
        StreamEvent.FinishedCleanly => "prev_stream_finished_cleanly",
        StreamEvent.TimedOutOnCancel => "prev_stream_timeout_on_cancel",
        StreamEvent.DetachedEnded => "stream_detached_ended",
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "No such event."),
    };

    /// <summary>What matters most of it, safe to be shown.</summary>
    public static string DetailOf(StreamEvent @event) => @event switch
    {
        StreamEvent.Accepted e => LogValue.Safe(e.Model),
        StreamEvent.Started e => LogValue.Safe(e.Backend),
        StreamEvent.Dropped e => e.Reason.Name(),
        StreamEvent.Cancelled e => e.Reason.Name(),
        StreamEvent.Ended { Reason: EndReason.None } e => $"{e.Outcome.Name()}, {e.Tokens} tokens in {Text(e.Duration)}",
        StreamEvent.Ended { Outcome: Outcome.Detached } e => $"detached, {e.Reason.Name()}, {e.Tokens} tokens",
        StreamEvent.Ended e => $"{e.Reason.Name()}, {e.Tokens} tokens",
        StreamEvent.FinishedCleanly e => $"took {Text(e.Took)}",
        StreamEvent.TimedOutOnCancel e => $"not within {Text(e.Timeout)}",
        StreamEvent.DetachedEnded e => $"after {Text(e.After)}",
        _ => "",
    };

    private static string Text(TimeSpan time) => time.TotalSeconds < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
