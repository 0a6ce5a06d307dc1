using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Load;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>Paced streams: what a token costs.</summary>
/// <param name="name">On the command line.</param>
/// <param name="streams">How many at once.</param>
/// <param name="pace">Between two tokens of one.</param>
internal sealed class PacedScenario(string name, int streams, TimeSpan pace) : IScenario
{
    public string Name => name;

    public string Text =>
        $"{streams:N0} streams, each a token every {pace.TotalMilliseconds:0} ms ({streams / pace.TotalSeconds:N0} tokens/s offered). Latency is from the model server's send of " +
        "a token to its arrival at the client. A gateway whose core is above 70 % busy looks cheaper than it is: it begins to send several tokens at once.";

    public IReadOnlyList<Metric> Metrics { get; } =
    [
        new("CPU µs/token", "0.0") { Compared = true, Drawn = true },
        new("latency p50 ms"),
        new("latency p99 ms") { Drawn = true },
        new("tokens/s", "0"),
        new("lost streams", "0"),
    ];

    public bool Fresh => false;

    public bool InQuick => name == "paced";

    public async Task<Measured> MeasureAsync(Gateway gateway, Rig rig)
    {
        Used used;
        PacedLoad load;
        using (var loop = new LoadLoop(rig.Cancellation))
        {
            load = new PacedLoad(loop, gateway.Address, rig.Sizes.Streams(streams), pace);
            load.Open();
            loop.Run(rig.Sizes.Settle);
            load.Counting = true;
            var meter = rig.MeterOf(gateway);
            loop.Run(rig.Sizes.Window);
            used = meter.Stop();
        }

        await rig.Upstream.QuietAsync(rig.Cancellation);
        return new Measured(
            [used.Gateway * 1e6 / load.Tokens, load.Latency.Percentile(50), load.Latency.Percentile(99), load.Tokens / used.Wall, load.Lost], used, load.Losses);
    }
}
