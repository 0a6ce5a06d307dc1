using System.Globalization;
using StreamActors.Operations;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Telemetry;

namespace StreamActors.PetabridgeCmd;

/// <summary>Answers as plain lines.</summary>
internal static class AnswerText
{
    public static IEnumerable<string> Of(OperationsReply reply) => reply switch
    {
        OperationsReply.SessionList r => Sessions(r),
        OperationsReply.SessionShown r => Session(r.Session),
        OperationsReply.Cancelled r => [$"{Name(r.Session)} {r.Receipt.Trace?.Value ?? "-"}: {r.Receipt.Outcome.Name()} took_ms={Number(r.Receipt.Took.TotalMilliseconds)}"],
        OperationsReply.BackendList r => Backends(r),
        OperationsReply.EventList r => PlainTable.Of(
            ["time", "event", "session", "trace", "detail"],
            r.Events.Select(e => new[]
            {
                e.At.ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), StreamEventNames.Of(e.Event), Name(e.Event.Session), e.Event.Trace.Value,
                StreamEventNames.DetailOf(e.Event),
            })),
        OperationsReply.DrainState r => [Drain(r)],
        OperationsReply.Figures r => Figures(r),
        OperationsReply.LogLevel r => [$"The log's level is {r.Level}."],
        _ => throw new ArgumentOutOfRangeException(nameof(reply), reply, "No such answer."),
    };

    private static IEnumerable<string> Sessions(OperationsReply.SessionList list) =>
    [
        .. PlainTable.Of(
            ["session", "state", "trace", "model", "tokens", "runs_for_ms", "waiting", "last"],
            list.Sessions.Select(s => new[]
            {
                Name(s.Key), s.Phase.ToString().ToLowerInvariant(), s.Trace?.Value ?? "-", LogValue.Safe(s.Model), s.Tokens?.ToString(CultureInfo.InvariantCulture) ?? "-",
                Milliseconds(s.Elapsed), s.Waiting?.Value ?? "-", Ending(s.LastEnding),
            })),
        $"{list.Sessions.Count} of {list.Total}",
    ];

    private static IEnumerable<string> Session(SessionView s) => PlainTable.Of(
    [
        ("session", Name(s.Key)), ("state", s.Phase.ToString().ToLowerInvariant()), ("trace", s.Trace?.Value ?? "-"), ("model", LogValue.Safe(s.Model)),
        ("backend", LogValue.Safe(s.Backend)), ("started", s.Started?.ToString("O", CultureInfo.InvariantCulture) ?? "-"),
        ("tokens", s.Tokens?.ToString(CultureInfo.InvariantCulture) ?? "-"), ("ttft_ms", Milliseconds(s.TimeToFirstToken)), ("runs_for_ms", Milliseconds(s.Elapsed)),
        ("waiting", s.Waiting?.Value ?? "-"), ("last_trace", s.LastTrace?.Value ?? "-"), ("last_ending", Ending(s.LastEnding)),
    ]);

    private static IEnumerable<string> Backends(OperationsReply.BackendList list) => PlainTable.Of(
        ["backend", "type", "reachable", "running", "waiting", "detached", "max_detached", "detached_total", "refused_busy", "refused_stuck"],
        list.Backends.Select(b => new[]
        {
            LogValue.Safe(b.Name), b.Type ?? "-", b.Reachable ? "yes" : "no", Number(b.Load.Running), Number(b.Load.Waiting), Number(b.Load.Detached),
            Number(b.MaxDetached), Number(b.Load.DetachedTotal), Number(b.Load.RefusedBusy), Number(b.Load.RefusedStuck),
        }));

    private static IEnumerable<string> Figures(OperationsReply.Figures f)
    {
        var (s, seconds) = (f.Streams, f.Streams.LastMinute.Over.TotalSeconds);
        return PlainTable.Of(
        [
            ("up_s", Number(s.Uptime.TotalSeconds)), ("prompts", Drain(f.Drain)), ("sessions", Number(f.Sessions)), ("running", Number(s.Running)),
            ("waiting", Number(s.Waiting)), ("accepted", Number(s.Accepted)), ("started", Number(s.Started)),
            .. s.Ended.Select(e => ($"ended {e.Outcome.Name()}{(e.Reason == EndReason.None ? "" : $" {e.Reason.Name()}")}", Number(e.Count))),
            .. s.Dropped.Select(d => ($"dropped {d.Reason.Name()}", Number(d.Count))),
            ("superseded", Number(s.Superseded)), ("detached_now", Number(s.DetachedNow)), ("detached_total", Number(s.DetachedTotal)),
            ("prompts_per_s", Number(s.LastMinute.Accepted / seconds)), ("tokens_per_s", Number(f.TokensPerSecond)),
            ("ttft_ms", Percentiles(s.TimeToFirstToken)), ("proof_ms", Percentiles(s.TimeToProof)),
        ]);
    }

    private static string Drain(OperationsReply.DrainState state) => state switch
    {
        { Stopping: true } => $"The server is stopping; {state.Running} streams run.",
        { On: true } => $"Draining: no new prompts are taken; {state.Running} streams run.",
        _ => "New prompts are taken.",
    };

    private static string Percentiles(Percentiles p) =>
        $"p50={Milliseconds(p.P50)} p95={Milliseconds(p.P95)} p99={Milliseconds(p.P99)} max={Milliseconds(p.Max)} of={p.Count}";

    private static string Ending(StreamEnding? ending) =>
        ending is null ? "-" : ending.Reason == EndReason.None ? ending.Outcome.Name() : $"{ending.Outcome.Name()} {ending.Reason.Name()}";

    private static string Name(SessionKey key) => LogValue.Safe($"{key.Owner}/{key.Id}");

    private static string Milliseconds(TimeSpan? time) => time is { } some ? Number(some.TotalMilliseconds) : "-";

    private static string Number(double number) => Math.Round(number, 1).ToString(CultureInfo.InvariantCulture);
}
