using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Upstream;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>What the scenarios have in common.</summary>
internal sealed record Rig(UpstreamProcess Upstream, Machine Machine, Sizes Sizes, CancellationToken Cancellation)
{
    private int _lastSession;

    /// <summary>A session number that nobody had.</summary>
    public int NewSession() => ++_lastSession;

    public Meter MeterOf(Gateway gateway) => new(gateway.Id, Upstream.Id);

    /// <summary>Requests with one token, as many as there is time for: nearly everything they need is compiled then.</summary>
    public void WarmUp(Gateway gateway)
    {
        using var loop = new LoadLoop(Cancellation);
        new ClosedLoop(loop, gateway.Address).Start();
        loop.Run(Sizes.WarmUp);
    }
}
