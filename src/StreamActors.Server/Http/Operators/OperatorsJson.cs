using StreamActors.Operations;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Telemetry;

namespace StreamActors.Server.Http.Operators;

/// <summary>Operators' answers as they go out: snake_case names, times in milliseconds.</summary>
internal static class OperatorsJson
{
    public static object Of(OperationsReply reply) => reply switch
    {
        OperationsReply.SessionList r => new { r.Total, Sessions = r.Sessions.Select(Session) },
        OperationsReply.SessionShown r => Session(r.Session),
        OperationsReply.Cancelled r => new
        {
            r.Session.Owner,
            r.Session.Id,
            Trace = r.Receipt.Trace?.Value,
            Outcome = r.Receipt.Outcome.Name(),
            TookMs = ApiJson.Milliseconds(r.Receipt.Took),
        },
        OperationsReply.BackendList r => new { Backends = r.Backends.Select(Backend) },
        OperationsReply.EventList r => new { Events = r.Events.Select(Event) },
        OperationsReply.DrainState r => Drain(r),
        OperationsReply.Figures r => Figures(r),
        OperationsReply.LogLevel r => new { r.Level },
        _ => throw new ArgumentOutOfRangeException(nameof(reply), reply, "No such answer."),
    };

    private static object Session(SessionView view) => new
    {
        view.Key.Owner,
        view.Key.Id,
        State = view.Phase.ToString().ToLowerInvariant(),
        Trace = view.Trace?.Value,
        view.Model,
        view.Backend,
        view.Started,
        ElapsedMs = Milliseconds(view.Elapsed),
        view.Tokens,
        TtftMs = Milliseconds(view.TimeToFirstToken),
        Waiting = view.Waiting?.Value,
        LastTrace = view.LastTrace?.Value,
        LastOutcome = view.LastEnding?.Outcome.Name(),
        LastReason = Reason(view.LastEnding?.Reason),
    };

    private static object Backend(BackendView view) => new
    {
        view.Name,
        view.Type,
        view.Reachable,
        view.Load.Running,
        view.Load.Waiting,
        view.Load.Detached,
        view.Load.DetachedTotal,
        view.Load.RefusedBusy,
        view.Load.RefusedStuck,
        view.MaxConcurrent,
        view.MaxDetached,
    };

    private static object Event(DatedEvent dated) => new
    {
        dated.Number,
        dated.At,
        Name = StreamEventNames.Of(dated.Event),
        dated.Event.Session.Owner,
        dated.Event.Session.Id,
        Trace = dated.Event.Trace.Value,
        Detail = StreamEventNames.DetailOf(dated.Event),
    };

    private static object Drain(OperationsReply.DrainState state) => new { state.On, state.Stopping, state.Running };

    private static object Figures(OperationsReply.Figures figures)
    {
        var streams = figures.Streams;
        var minute = streams.LastMinute.Over.TotalSeconds;
        return new
        {
            UptimeS = Math.Round(streams.Uptime.TotalSeconds, 1),
            Drain = Drain(figures.Drain),
            figures.Sessions,
            streams.Accepted,
            streams.Started,
            streams.Running,
            streams.Waiting,
            streams.Superseded,
            streams.DetachedNow,
            streams.DetachedTotal,
            figures.Tokens,
            Ended = streams.Ended.Select(e => new { Outcome = e.Outcome.Name(), Reason = Reason(e.Reason), e.Count }),
            Dropped = streams.Dropped.Select(d => new { Reason = d.Reason.Name(), d.Count }),
            LastMinute = new
            {
                OverS = Math.Round(minute, 1),
                AcceptedPerS = Math.Round(streams.LastMinute.Accepted / minute, 2),
                EndedPerS = Math.Round(streams.LastMinute.Ended / minute, 2),
                SupersededPerS = Math.Round(streams.LastMinute.Superseded / minute, 2),
                TokensPerS = Math.Round(figures.TokensPerSecond, 1),
            },
            TtftMs = Percentiles(streams.TimeToFirstToken),
            ProofMs = Percentiles(streams.TimeToProof),
        };
    }

    private static object Percentiles(Percentiles values) => new
    {
        values.Count,
        P50 = ApiJson.Milliseconds(values.P50),
        P95 = ApiJson.Milliseconds(values.P95),
        P99 = ApiJson.Milliseconds(values.P99),
        Max = ApiJson.Milliseconds(values.Max),
    };

    private static string? Reason(EndReason? reason) => reason is null or EndReason.None ? null : reason.Value.Name();

    private static double? Milliseconds(TimeSpan? time) => time is { } some ? ApiJson.Milliseconds(some) : null;
}
