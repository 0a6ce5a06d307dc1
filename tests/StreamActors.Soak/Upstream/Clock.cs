using System.Diagnostics;

namespace StreamActors.Soak.Upstream;

/// <summary>Monotonic time in microseconds, the same for all processes of the machine.</summary>
public static class Clock
{
    private static readonly long TicksPerMicrosecond = Stopwatch.Frequency / 1_000_000;

    public static long Microseconds => Stopwatch.GetTimestamp() / TicksPerMicrosecond;
}
