using System.Diagnostics;

namespace StreamActors.Conformance.Backend;

/// <summary>Monotonic time in microseconds, comparable between the processes of one machine.</summary>
internal static class MonotonicClock
{
    private static readonly long TicksPerMicrosecond = Stopwatch.Frequency / 1_000_000;

    public static long Microseconds => Stopwatch.GetTimestamp() / TicksPerMicrosecond;
}
