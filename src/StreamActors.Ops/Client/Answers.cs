namespace StreamActors.Ops.Client;

// The server's answers, as POST /ops/v1/commands gives them. Times end in the name of their unit.

internal sealed record ErrorAnswer(ErrorBody? Error);

internal sealed record ErrorBody(string? Message);

internal sealed record SessionList(int Total, IReadOnlyList<Session> Sessions);

internal sealed record Session(
    string Owner, string Id, string State, string? Trace, string? Model, string? Backend, DateTimeOffset? Started, double? ElapsedMs, long? Tokens,
    double? TtftMs, string? Waiting, string? LastTrace, string? LastOutcome, string? LastReason);

internal sealed record Cancelled(string Owner, string Id, string? Trace, string Outcome, double TookMs);

internal sealed record BackendList(IReadOnlyList<Backend> Backends);

internal sealed record Backend(
    string Name, string? Type, bool Reachable, int Running, int Waiting, int Detached, long DetachedTotal, long RefusedBusy, long RefusedStuck,
    int? MaxConcurrent, int MaxDetached);

internal sealed record EventList(IReadOnlyList<Event> Events);

internal sealed record Event(long Number, DateTimeOffset At, string Name, string Owner, string Id, string Trace, string Detail);

internal sealed record Drain(bool On, bool Stopping, long Running);

internal sealed record LogLevel(string Level);

internal sealed record Figures(
    double UptimeS, Drain Drain, int Sessions, long Accepted, long Started, long Running, long Waiting, long Superseded, long DetachedNow,
    long DetachedTotal, long Tokens, IReadOnlyList<EndCount> Ended, IReadOnlyList<DropCount> Dropped, Minute LastMinute, Percentiles TtftMs, Percentiles ProofMs);

internal sealed record EndCount(string Outcome, string? Reason, long Count);

internal sealed record DropCount(string Reason, long Count);

internal sealed record Minute(double OverS, double AcceptedPerS, double EndedPerS, double SupersededPerS, double TokensPerS);

internal sealed record Percentiles(int Count, double P50, double P95, double P99, double Max);
