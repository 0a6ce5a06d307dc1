using StreamActors.Soak.Host;

namespace StreamActors.Soak.Report;

/// <summary>What the server held at one moment.</summary>
/// <param name="Microseconds">When, by the monotonic clock.</param>
/// <param name="ResidentKilobytes">Resident memory.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Host">What only the server itself knows, where it was asked.</param>
public sealed record Sample(long Microseconds, long ResidentKilobytes, int Threads, int Handles, HostFigures? Host)
{
    private const double MicrosecondsPerMinute = 60_000_000;

    /// <summary>The slope of a figure per minute by least squares; null for fewer than three samples.</summary>
    public static double? Slope(IReadOnlyList<Sample> samples, Func<Sample, double> figure)
    {
        if (samples.Count < 3)
            return null;
        var times = samples.Select(s => (s.Microseconds - samples[0].Microseconds) / MicrosecondsPerMinute).ToList();
        var values = samples.Select(figure).ToList();
        var (meanTime, meanValue) = (times.Average(), values.Average());
        var spread = times.Sum(t => (t - meanTime) * (t - meanTime));
        return times.Zip(values, (t, v) => (t - meanTime) * (v - meanValue)).Sum() / spread;
    }
}
