using System.Text.Json.Serialization;
using StreamActors.Protocol;
using StreamActors.Telemetry;

namespace StreamActors.Server.Http.Board;

/// <summary>A stream event as the board tells it: the names of the log, times in milliseconds; what an event has not is left out.</summary>
/// <param name="Event">As in the log, for example <c>stream_accepted</c>.</param>
/// <param name="At">Milliseconds since 1970, by this server's clock.</param>
/// <param name="Trace">The stream.</param>
/// <param name="Session">The caller's session.</param>
internal sealed record BoardEvent(string Event, double At, string Trace, string Session)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Backend { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SupersededBy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Tokens { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TtftMs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TookMs { get; init; }

    /// <summary>What is told of an entry.</summary>
    public static BoardEvent Of(BoardEntry entry)
    {
        var told = new BoardEvent(StreamEventNames.Of(entry.Event), Milliseconds(entry.At), entry.Event.Trace.Value, entry.Event.Session.Id);
        return entry.Event switch
        {
            StreamEvent.Accepted e => told with { Model = e.Model },
            StreamEvent.Started e => told with { Model = e.Model, Backend = e.Backend },
            StreamEvent.Dropped e => told with { Reason = e.Reason.Name(), SupersededBy = e.SupersededBy?.Value },
            StreamEvent.Cancelled e => told with { Reason = e.Reason.Name(), SupersededBy = e.SupersededBy?.Value },
            StreamEvent.Ended e => told with
            {
                Outcome = e.Outcome.Name(),
                Reason = e.Reason == EndReason.None ? null : e.Reason.Name(),
                Tokens = e.Tokens,
                TtftMs = e.TimeToFirstToken is { } first ? ApiJson.Milliseconds(first) : null,
                TookMs = ApiJson.Milliseconds(e.Duration),
            },
            StreamEvent.FinishedCleanly e => told with { TookMs = ApiJson.Milliseconds(e.Took) },
            StreamEvent.TimedOutOnCancel e => told with { TookMs = ApiJson.Milliseconds(e.Timeout) },
            StreamEvent.DetachedEnded e => told with { TookMs = ApiJson.Milliseconds(e.After) },
            _ => told,
        };
    }

    /// <summary>Since 1970, with one decimal: two events of one takeover are less than a millisecond apart.</summary>
    public static double Milliseconds(DateTimeOffset time) => Math.Round((time - DateTimeOffset.UnixEpoch).TotalMilliseconds, 1);
}
