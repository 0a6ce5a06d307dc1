using System.Net.Sockets;
using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Report;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>
/// Visits gateway after gateway, round after round: what slows the machine for a while slows all of them, and who comes first in one
/// round comes later in the next.
/// </summary>
internal sealed class BenchRun(IReadOnlyList<GatewayKind> kinds, Rig rig, string folder, TextWriter console) : IAsyncDisposable
{
    private readonly Dictionary<GatewayKind, Gateway> _running = [];
    private readonly Dictionary<GatewayKind, string> _broken = [];
    private int _started;

    /// <summary>Measures one scenario with every gateway.</summary>
    public async Task<Results> MeasureAsync(IScenario scenario)
    {
        var (readings, faults) = (new List<Reading>(), new List<string>());
        var rounds = scenario.Fresh ? rig.Sizes.FreshRounds : rig.Sizes.Rounds;
        for (var round = scenario.Fresh ? 1 : 1 - rig.Sizes.ThrownAway; round <= rounds; round++)
        {
            foreach (var kind in Order(round))
            {
                try
                {
                    var measured = scenario.Fresh ? await VisitFreshAsync(scenario, kind) : await VisitAsync(scenario, kind);
                    if (round < 1)
                    {
                        await console.WriteLineAsync($"{scenario.Name} first visits {kind.Name}, not counted");
                        continue;
                    }

                    readings.Add(new Reading(kind.Name, round, measured.Values, measured.Used, measured.Note));
                    Say(scenario, kind, round, rounds, measured);
                }
                catch (Exception failure) when (IsOfGateway(failure))
                {
                    faults.Add($"{kind.Name}, round {round}: {failure.Message}");
                    await console.WriteLineAsync($"{scenario.Name} {faults[^1]}");
                    await DropAsync(kind);
                }
            }
        }

        return new Results(scenario, readings, faults);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _running.Values)
            await gateway.DisposeAsync();
    }

    /// <summary>Rotated by one with each round, every second one backwards.</summary>
    private IEnumerable<GatewayKind> Order(int round)
    {
        var rotated = Enumerable.Range(0, kinds.Count).Select(i => kinds[(i + round + rig.Sizes.ThrownAway) % kinds.Count]);
        return round % 2 == 0 ? rotated.Reverse() : rotated;
    }

    private async Task<Measured> VisitAsync(IScenario scenario, GatewayKind kind)
    {
        if (!_running.TryGetValue(kind, out var gateway))
            gateway = _running[kind] = await StartAsync(kind);
        return await scenario.MeasureAsync(gateway, rig);
    }

    private async Task<Measured> VisitFreshAsync(IScenario scenario, GatewayKind kind)
    {
        await using var gateway = await StartAsync(kind);
        return await scenario.MeasureAsync(gateway, rig);
    }

    private async Task<Gateway> StartAsync(GatewayKind kind)
    {
        if (_broken.TryGetValue(kind, out var why))
            throw new InvalidOperationException(why);
        Gateway? gateway = null;
        try
        {
            gateway = await Gateway.StartAsync(kind, rig.Upstream.Address, Path.Combine(folder, $"{++_started}-{kind.Name}"), rig.Machine, rig.Cancellation);
            await console.WriteLineAsync($"{kind.Name} runs and is warmed up for {rig.Sizes.WarmUp.TotalSeconds:0.#} s ...");
            rig.WarmUp(gateway);
            await rig.Upstream.QuietAsync(rig.Cancellation);
            return gateway;
        }
        catch (Exception failure)
        {
            if (gateway is not null)
                await gateway.DisposeAsync();
            // One that cannot start is not waited for again in each round.
            _broken[kind] = failure.Message;
            throw;
        }
    }

    /// <summary>What failed once starts anew, with nothing left of what it was doing.</summary>
    private async Task DropAsync(GatewayKind kind)
    {
        if (_running.Remove(kind, out var gateway))
            await gateway.DisposeAsync();
    }

    private bool IsOfGateway(Exception failure) =>
        failure is InvalidOperationException or SocketException or IOException or InvalidDataException or HttpRequestException
        || (failure is OperationCanceledException && !rig.Cancellation.IsCancellationRequested);

    private void Say(IScenario scenario, GatewayKind kind, int round, int rounds, Measured measured)
    {
        var values = scenario.Metrics.Zip(measured.Values).Where(v => v.First.Drawn || v.First.Compared)
            .Select(v => $"{v.First.Name} {Spread.Of([v.Second]).ToString(v.First.Format)}");
        console.WriteLine($"{scenario.Name} {round}/{rounds} {kind.Name,-13} {string.Join("  ", values)}  {measured.Note}".TrimEnd());
    }
}
