using System.Text.Json.Serialization;

namespace StreamActors.Benchmarks.Upstream;

/// <summary>What happened to a request.</summary>
internal enum Happened
{
    Accepted,
    Aborted,
    Ended,
}

/// <summary>One event.</summary>
/// <param name="What">What happened.</param>
/// <param name="Session">In which session.</param>
/// <param name="Prompt">To which of its prompts.</param>
/// <param name="At">Monotonic microseconds.</param>
internal readonly record struct Booked(Happened What, int Session, int Prompt, long At);

/// <summary>What the model server knows of its requests.</summary>
internal sealed class UpstreamBooks
{
    private const int MostEvents = 500_000;

    private readonly Dictionary<int, int> _liveOf = [];

    [JsonInclude]
    public long Accepted { get; private set; }

    [JsonInclude]
    public long Aborted { get; private set; }

    [JsonInclude]
    public long Ended { get; private set; }

    /// <summary>Requests whose answer is under way.</summary>
    [JsonInclude]
    public int Live { get; private set; }

    /// <summary>Requests that came while another of their session was live.</summary>
    [JsonInclude]
    public long Overlaps { get; private set; }

    /// <summary>The most that were live in one session at once.</summary>
    [JsonInclude]
    public int MostLive { get; private set; }

    /// <summary>Every event of a numbered session, as far as there is room.</summary>
    [JsonIgnore]
    public List<Booked> Events { get; } = [];

    public void Book(Happened what, Order order, long now)
    {
        Live += what == Happened.Accepted ? 1 : -1;
        Accepted += what == Happened.Accepted ? 1 : 0;
        Aborted += what == Happened.Aborted ? 1 : 0;
        Ended += what == Happened.Ended ? 1 : 0;
        if (order.Session == 0)
            return;
        var before = _liveOf.GetValueOrDefault(order.Session);
        var live = _liveOf[order.Session] = before + (what == Happened.Accepted ? 1 : -1);
        MostLive = Math.Max(MostLive, live);
        Overlaps += live > before && before > 0 ? 1 : 0;
        if (Events.Count < MostEvents)
            Events.Add(new Booked(what, order.Session, order.Prompt, now));
    }

    /// <summary>Opens new books; what is live stays so.</summary>
    public void Reset()
    {
        (Accepted, Aborted, Ended, Overlaps, MostLive) = (0, 0, 0, 0, 0);
        Events.Clear();
    }
}
