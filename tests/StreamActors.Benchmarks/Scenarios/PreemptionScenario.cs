using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Upstream;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>A runs, B arrives in the same session: when the model server sees the end of A, and what B pays for it.</summary>
internal sealed class PreemptionScenario : IScenario
{
    public string Name => "preemption";

    public string Text =>
        "A streams a token every 10 ms; then B is asked for in the same session. Where a gateway knows no sessions the client closes A's connection and then asks for B, which is " +
        "the best a client can do there. Abort seen: from B's write to the model server's sight of A's end, on one clock. B's added time: its time to first token less that of a plain " +
        "request, made in turn while another session's A runs on, both on connections open before; negative is noise. Took: this server's own log (`prev_stream_finished_cleanly took_ms=`). " +
        "Overlaps: B reached the model server before A's end did.";

    public IReadOnlyList<Metric> Metrics { get; } =
    [
        new("abort seen p50 ms") { Drawn = true },
        new("abort seen p99 ms"),
        new("B's added time ms (median of pairs)") { Drawn = true },
        new("B first token p50 ms"),
        new("plain first token p50 ms"),
        new("A cut at its client p50 ms"),
        new("took_ms p50", "0.0"),
        new("took_ms p99", "0.0"),
        new("overlaps", "0"),
        new("aborts seen of all %", "0"),
    ];

    public bool Fresh => false;

    public bool InQuick => true;

    public async Task<Measured> MeasureAsync(Gateway gateway, Rig rig)
    {
        var log = new TookLog(gateway);
        var meter = rig.MeterOf(gateway);
        var pairs = new List<Replacement>();
        using (var loop = new LoadLoop(rig.Cancellation))
        {
            for (var i = 0; i < rig.Sizes.Repetitions; i++)
                pairs.Add(new Replacement(loop, gateway, rig).Run(plainFirst: i % 2 == 0));
        }

        await rig.Upstream.SettledAsync(rig.Cancellation);
        var books = await rig.Upstream.BooksAsync();
        var events = await rig.Upstream.EventsAsync();
        await rig.Upstream.QuietAsync(rig.Cancellation);
        var ends = events.Where(e => e is { What: Happened.Aborted, Prompt: Replacement.Older }).ToDictionary(e => e.Session, e => e.At);
        var aborts = Of(pairs.Select(p => ends.TryGetValue(p.Session, out var at) ? at - p.Asked : (long?)null));
        var took = Of(await log.TookAsync(gateway.HasSessions ? pairs.Count : 0, rig.Cancellation));
        return new Measured(
            [
                aborts.Percentile(50), aborts.Percentile(99), Of(pairs.Select(p => p.NewerFirstToken - p.PlainFirstToken)).Percentile(50),
                Of(pairs.Select(p => p.NewerFirstToken)).Percentile(50), Of(pairs.Select(p => p.PlainFirstToken)).Percentile(50),
                Of(pairs.Select(p => p.OlderCut)).Percentile(50), took.Percentile(50), took.Percentile(99), books.Overlaps,
                100.0 * aborts.Count / pairs.Count,
            ],
            meter.Stop());
    }

    private static Times Of(IEnumerable<long?> times)
    {
        var all = new Times();
        foreach (var time in times.OfType<long>())
            all.Add(time);
        return all;
    }
}
