using System.Collections.Immutable;
using StreamActors.Protocol;

namespace StreamActors.Tests.Sessions;

/// <summary>Where one prompt stands in the books.</summary>
public enum Standing
{
    Waiting,
    Dropped,
    Live,
    Over,
    Detached,
    DetachedOver,
}

/// <summary>
/// The promises as a bookkeeper who sees only what is announced: one live stream, newest wins, proof before start, balanced
/// books, a cancelled answer never completes. Used by the exhaustive exploration and by the tests of the real actors.
/// </summary>
public sealed record Ledger
{
    public static readonly Ledger Empty = new();

    /// <summary>In the order of acceptance.</summary>
    public ImmutableList<(TraceId Trace, Standing Standing, bool Announced)> Prompts { get; init; } = [];

    public int Live => Prompts.Count(p => p.Standing == Standing.Live);

    public int Waiting => Prompts.Count(p => p.Standing == Standing.Waiting);

    public bool Balanced => Prompts.All(p => p.Standing is Standing.Dropped or Standing.Over or Standing.DetachedOver);

    public Ledger Accept(TraceId trace)
    {
        Require(Find(trace) < 0, "accepted twice", trace);
        return this with { Prompts = Prompts.Add((trace, Standing.Waiting, false)) };
    }

    public Ledger Drop(TraceId trace) => Move(trace, Standing.Waiting, Standing.Dropped);

    public Ledger Start(TraceId trace)
    {
        Require(Live == 0, "started while another is live", trace);
        Require(Prompts.FindLast(p => p.Standing == Standing.Waiting).Trace == trace, "started although a newer one waits", trace);
        return Move(trace, Standing.Waiting, Standing.Live);
    }

    public Ledger Cancel(TraceId trace)
    {
        var index = Find(trace);
        Require(index >= 0 && Prompts[index] is { Standing: Standing.Live, Announced: false }, "cancelled although not live, or twice", trace);
        return this with { Prompts = Prompts.SetItem(index, Prompts[index] with { Announced = true }) };
    }

    public Ledger End(TraceId trace, Outcome outcome)
    {
        var announced = Prompts[Find(trace)].Announced;
        Require(outcome != Outcome.Cancelled || announced, "ended as cancelled without announcement", trace);
        Require(outcome is Outcome.Cancelled or Outcome.Detached || !announced, "announced as cancelled and ended otherwise", trace);
        return Move(trace, Standing.Live, outcome == Outcome.Detached ? Standing.Detached : Standing.Over);
    }

    public Ledger FinishedCleanly(TraceId trace)
    {
        Require(Prompts[Find(trace)].Standing == Standing.Over && Live == 0, "finished cleanly although it is not over", trace);
        return this;
    }

    public Ledger DetachedEnded(TraceId trace) => Move(trace, Standing.Detached, Standing.DetachedOver);

    /// <summary>What must hold after every event, not only after every announcement.</summary>
    public void CheckBetweenEvents()
    {
        Require(Live <= 1, "more than one live stream", default);
        Require(Waiting <= 1, "a queue of prompts", default);
        Require(Waiting == 0 || Live == 1, "a prompt waits for nothing", default);
    }

    public bool Equals(Ledger? other) => other is not null && Prompts.SequenceEqual(other.Prompts);

    public override int GetHashCode() => Prompts.Aggregate(17, (hash, prompt) => HashCode.Combine(hash, prompt));

    private Ledger Move(TraceId trace, Standing from, Standing to)
    {
        var index = Find(trace);
        Require(index >= 0 && Prompts[index].Standing == from, $"moved to {to} although not {from}", trace);
        return this with { Prompts = Prompts.SetItem(index, Prompts[index] with { Standing = to }) };
    }

    private int Find(TraceId trace) => Prompts.FindIndex(p => p.Trace == trace);

    private void Require(bool holds, string fault, TraceId trace)
    {
        if (!holds)
            throw new LedgerException($"{trace} {fault}; books: {string.Join(", ", Prompts)}");
    }
}

/// <summary>A promise was broken.</summary>
public sealed class LedgerException(string message) : Exception(message);
