using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Load;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>Sessions that replace their prompt at its first token, again and again.</summary>
internal sealed class StormScenario : IScenario
{
    private const int Sessions = 100;

    public string Name => "storm";

    public string Text =>
        $"{Sessions} sessions; each sends its next prompt, on a new connection, at the first token of the last. Where a gateway knows no sessions the client closes the last connection first. " +
        "Overlaps: prompts that reached the model server while another of their session was still being answered there, as the model server saw it. The gateway's core is saturated unless the load's is.";

    public IReadOnlyList<Metric> Metrics { get; } =
    [
        new("replacements per CPU second", "0") { Drawn = true },
        new("CPU µs/replacement", "0") { Compared = true },
        new("replacements/s", "0"),
        new("overlaps", "0"),
        new("overlaps of all %") { Drawn = true },
        new("most live in a session", "0"),
        new("first token p50 ms"),
        new("first token p99 ms"),
        new("refused", "0"),
    ];

    public bool Fresh => false;

    public bool InQuick => true;

    public async Task<Measured> MeasureAsync(Gateway gateway, Rig rig)
    {
        Used used;
        StormLoad load;
        using (var loop = new LoadLoop(rig.Cancellation))
        {
            load = new StormLoad(loop, gateway, rig, Sessions);
            load.Start();
            loop.Run(rig.Sizes.Settle / 2);
            load.Counting = true;
            var meter = rig.MeterOf(gateway);
            loop.Run(rig.Sizes.Window);
            used = meter.Stop();
            load.Counting = false;
            load.Stop();
            loop.Run(rig.Sizes.Settle / 2);
        }

        await rig.Upstream.SettledAsync(rig.Cancellation);
        var books = await rig.Upstream.BooksAsync();
        await rig.Upstream.QuietAsync(rig.Cancellation);
        return new Measured(
            [
                load.Replacements / used.Gateway, used.Gateway * 1e6 / load.Replacements, load.Replacements / used.Wall, books.Overlaps,
                100.0 * books.Overlaps / books.Accepted, books.MostLive, load.FirstToken.Percentile(50), load.FirstToken.Percentile(99), load.Refused,
            ],
            used);
    }
}
