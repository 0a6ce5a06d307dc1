using StreamActors.Conformance.Backend;

namespace StreamActors.Benchmarks.Load;

/// <summary>What was used in a window, in seconds.</summary>
/// <param name="Wall">Its length.</param>
/// <param name="Gateway">The gateway's processor time; null where there is no gateway.</param>
/// <param name="Generator">The load generator's.</param>
/// <param name="Upstream">The model server's.</param>
/// <param name="Others">That of all other programs.</param>
internal sealed record Used(double Wall, double? Gateway, double Generator, double Upstream, double Others)
{
    /// <summary>What was used of the load's core.</summary>
    public double Load => Generator + Upstream;
}

/// <summary>Measures a window.</summary>
/// <param name="gateway">Its number, or null.</param>
/// <param name="upstream">The model server's.</param>
internal sealed class Meter(int? gateway, int upstream)
{
    private readonly Reading _start = Read(gateway, upstream);

    /// <summary>The window up to now.</summary>
    public Used Stop()
    {
        var now = Read(gateway, upstream);
        var (own, generator, server) = (now.Gateway - _start.Gateway, now.Generator - _start.Generator, now.Upstream - _start.Upstream);
        var others = now.Machine - _start.Machine - generator - server - (own ?? 0);
        return new Used((now.Wall - _start.Wall) / 1e6, own, generator, server, Math.Max(0, others));
    }

    private static Reading Read(int? gateway, int upstream) => new(
        MonotonicClock.Microseconds, gateway is { } id ? ProcessFigures.Seconds(id) : null,
        ProcessFigures.Seconds(Environment.ProcessId), ProcessFigures.Seconds(upstream), ProcessFigures.MachineSeconds());

    private readonly record struct Reading(long Wall, double? Gateway, double Generator, double Upstream, double Machine);
}
