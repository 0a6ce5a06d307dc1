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

    /// <summary>The monotonic clock's minutes.</summary>
    public double Minutes => Microseconds / MicrosecondsPerMinute;
}
