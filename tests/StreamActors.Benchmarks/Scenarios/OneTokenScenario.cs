using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Load;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>Answers of one token: what a request costs.</summary>
internal sealed class OneTokenScenario : IScenario
{
    public string Name => "one-token";

    public string Text =>
        $"{ClosedLoop.Clients} clients on kept connections ask for answers of one token, each as soon as it has the last: a closed loop, so the gateway is saturated " +
        "unless the load's core is. First token: from the request's write, under that load.";

    public IReadOnlyList<Metric> Metrics { get; } =
    [
        new("CPU µs/request", "0") { Compared = true, Drawn = true },
        new("requests/s", "0") { Drawn = true },
        new("first token p50 ms"),
        new("first token p99 ms"),
        new("failed", "0"),
    ];

    public bool Fresh => false;

    public bool InQuick => true;

    public async Task<Measured> MeasureAsync(Gateway gateway, Rig rig)
    {
        Used used;
        ClosedLoop load;
        using (var loop = new LoadLoop(rig.Cancellation))
        {
            load = new ClosedLoop(loop, gateway.Address);
            load.Start();
            loop.Run(rig.Sizes.Settle / 2);
            load.Counting = true;
            var meter = rig.MeterOf(gateway);
            loop.Run(rig.Sizes.Window);
            used = meter.Stop();
        }

        await rig.Upstream.QuietAsync(rig.Cancellation);
        return new Measured(
            [used.Gateway * 1e6 / load.Answers, load.Answers / used.Wall, load.FirstToken.Percentile(50), load.FirstToken.Percentile(99), load.Failed], used);
    }
}
