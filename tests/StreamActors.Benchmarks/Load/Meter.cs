using StreamActors.Conformance.Backend;

namespace StreamActors.Benchmarks.Load;

/// <summary>What was used in a window.</summary>
/// <param name="Wall">Its length in seconds.</param>
/// <param name="Gateway">The gateway's seconds of processor time; null where there is no gateway.</param>
/// <param name="Load">Those of load generator and model server together.</param>
/// <param name="Others">Those of all other programs.</param>
internal sealed record Used(double Wall, double? Gateway, double Load, double Others);

/// <summary>Measures a window.</summary>
/// <param name="gateway">Its number, or null.</param>
/// <param name="upstream">The model server's.</param>
internal sealed class Meter(int? gateway, int upstream)
{
    private readonly (long Wall, double? Gateway, double Load, double Machine) _start = Read(gateway, upstream);

    /// <summary>The window up to now.</summary>
    public Used Stop()
    {
        var now = Read(gateway, upstream);
        var (used, load) = (now.Gateway - _start.Gateway, now.Load - _start.Load);
        return new Used((now.Wall - _start.Wall) / 1e6, used, load, Math.Max(0, now.Machine - _start.Machine - load - (used ?? 0)));
    }

    private static (long Wall, double? Gateway, double Load, double Machine) Read(int? gateway, int upstream) => (
        MonotonicClock.Microseconds, gateway is { } id ? ProcessFigures.Seconds(id) : null,
        ProcessFigures.Seconds(Environment.ProcessId) + ProcessFigures.Seconds(upstream), ProcessFigures.MachineSeconds());
}
