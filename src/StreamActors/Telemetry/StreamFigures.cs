using StreamActors.Protocol;

namespace StreamActors.Telemetry;

/// <summary>What <see cref="StreamStatistics"/> holds at one moment. All of one moment: the sums agree with each other.</summary>
/// <param name="Uptime">Since the counting began.</param>
/// <param name="Accepted">Prompts taken.</param>
/// <param name="Started">Streams started.</param>
/// <param name="Ended">Streams ended, by outcome and reason; most first.</param>
/// <param name="Dropped">Prompts that never started, by reason; most first.</param>
/// <param name="Superseded">Streams and prompts whose place a newer prompt took, counted when that is decided; one that fails on its way to the end too.</param>
/// <param name="Running">Streams that have started and not ended.</param>
/// <param name="Waiting">Prompts that wait for the stream before them to be over.</param>
/// <param name="DetachedNow">Detached streams that have not stopped yet.</param>
/// <param name="DetachedTotal">Streams ever detached.</param>
/// <param name="Tokens">Of all streams that have ended.</param>
/// <param name="LastMinute">What came in the last minute.</param>
/// <param name="TimeToFirstToken">Of the streamed answers that ended lately.</param>
/// <param name="TimeToProof">From the order to stop to the proof, of the streams lately replaced; those that were detached have none.</param>
public sealed record StreamFigures(
    TimeSpan Uptime,
    long Accepted,
    long Started,
    IReadOnlyList<EndCount> Ended,
    IReadOnlyList<DropCount> Dropped,
    long Superseded,
    long Running,
    long Waiting,
    long DetachedNow,
    long DetachedTotal,
    long Tokens,
    MinuteFigures LastMinute,
    Percentiles TimeToFirstToken,
    Percentiles TimeToProof);

/// <summary>How many streams ended so.</summary>
public sealed record EndCount(Outcome Outcome, EndReason Reason, long Count);

/// <summary>How many prompts never started, for that reason.</summary>
public sealed record DropCount(EndReason Reason, long Count);

/// <summary>Sums of the last minute.</summary>
/// <param name="Over">How long that is: less than a minute soon after the start, never less than a second.</param>
/// <param name="Accepted">Prompts taken.</param>
/// <param name="Ended">Streams ended.</param>
/// <param name="Superseded">Prompts and streams whose place a newer prompt took.</param>
/// <param name="Tokens">Tokens of streams that have ended, as far as they came within the minute, taken as coming evenly.</param>
public sealed record MinuteFigures(TimeSpan Over, double Accepted, double Ended, double Superseded, double Tokens)
{
    /// <summary>How many of the tokens of a stream that still runs came within the minute.</summary>
    /// <param name="tokens">All of them.</param>
    /// <param name="sinceFirst">Since the first of them.</param>
    public double Share(long tokens, TimeSpan sinceFirst) => sinceFirst <= Over ? tokens : tokens * (Over / sinceFirst);
}

/// <summary>Percentiles by nearest rank; all zero where there is no value.</summary>
/// <param name="Count">Of how many values.</param>
/// <param name="P50">Half of them are no longer.</param>
/// <param name="P95">95 of a hundred are no longer.</param>
/// <param name="P99">99 of a hundred are no longer.</param>
/// <param name="Max">The longest.</param>
public sealed record Percentiles(int Count, TimeSpan P50, TimeSpan P95, TimeSpan P99, TimeSpan Max)
{
    /// <summary>Of no value.</summary>
    internal static readonly Percentiles None = Of([]);

    /// <summary>Of some values, which it sorts.</summary>
    internal static Percentiles Of(TimeSpan[] values)
    {
        Array.Sort(values);
        return new Percentiles(values.Length, At(0.50), At(0.95), At(0.99), At(1));

        TimeSpan At(double rank) => values.Length == 0 ? TimeSpan.Zero : values[(int)Math.Ceiling(rank * values.Length) - 1];
    }
}
