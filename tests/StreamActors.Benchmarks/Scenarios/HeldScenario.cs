using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Load;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>Very many slow streams: what an open one costs, and what a new client then feels.</summary>
/// <param name="streams">How many at once, unless the handles do not suffice.</param>
internal sealed class HeldScenario(int streams) : IScenario
{
    /// <summary>What a gateway has open beside its streams, with room to spare; each stream needs two handles there.</summary>
    private const int OtherHandles = 600;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    public string Name => $"held-{streams}";

    public string Text =>
        $"{streams:N0} streams (fewer where a process may not have two handles for each), each a token a second, in a gateway just started and warmed. Memory is " +
        "the process's own: resident before the first stream and while all are open. First token: of further requests, one after another, meanwhile.";

    public IReadOnlyList<Metric> Metrics { get; } =
    [
        new("kB/stream", "0.0") { Compared = true, Drawn = true },
        new("streams", "0"),
        new("resident before MB", "0"),
        new("with all MB", "0"),
        new("first token p50 ms") { Drawn = true },
        new("first token p99 ms"),
        new("token latency p99 ms"),
        new("CPU µs/token", "0.0"),
        new("lost streams", "0"),
    ];

    public bool Fresh => true;

    public bool InQuick => streams == 2000;

    public async Task<Measured> MeasureAsync(Gateway gateway, Rig rig)
    {
        var count = Math.Min(rig.Sizes.Streams(streams), (rig.Machine.MostHandles - OtherHandles) / 2);
        var before = Resident(gateway);
        double? during;
        Used used;
        PacedLoad load;
        ClosedLoop probe;
        using (var loop = new LoadLoop(rig.Cancellation))
        {
            load = new PacedLoad(loop, gateway.Address, count, Pace);
            load.Open();
            loop.Run(rig.Sizes.Settle + rig.Sizes.Settle);
            probe = new ClosedLoop(loop, gateway.Address, clients: 1);
            (load.Counting, probe.Counting) = (true, true);
            var meter = rig.MeterOf(gateway);
            loop.Run(rig.Sizes.SlowWindow / 2);
            during = Resident(gateway);
            used = meter.Stop();
            load.Counting = false;
            // The probes come after the window, so that their cost is not the held streams'.
            probe.Start();
            loop.Run(rig.Sizes.SlowWindow / 2);
        }

        await rig.Upstream.QuietAsync(rig.Cancellation);
        return new Measured(
            [
                (during - before) / count, count, before / 1024, during / 1024, probe.FirstToken.Percentile(50), probe.FirstToken.Percentile(99),
                load.Latency.Percentile(99), used.Gateway * 1e6 / load.Tokens, load.Lost,
            ],
            used, Note(load.Losses, probe.Failed));
    }

    private static string? Note(string? losses, int failed) => (losses, failed) switch
    {
        (_, 0) => losses,
        (null, _) => $"{failed} further requests failed",
        _ => $"{losses}; {failed} further requests failed",
    };

    private static double? Resident(Gateway gateway) => gateway.Id is { } id ? ProcessFigures.ResidentKilobytes(id) : null;
}
