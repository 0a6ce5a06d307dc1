using StreamActors.Soak.Upstream;

namespace StreamActors.Soak.Checks;

/// <summary>Maps the log's times of day to the monotonic clock of the model servers' records.</summary>
/// <param name="OffsetMicroseconds">What the monotonic clock is behind the time of day.</param>
public readonly record struct WallClock(long OffsetMicroseconds)
{
    /// <summary>Of this machine, read once.</summary>
    public static WallClock Read() => new(Unix(TimeProvider.System.GetUtcNow()) - Clock.Microseconds);

    /// <summary>Microseconds of the monotonic clock at that time.</summary>
    public long Monotonic(DateTimeOffset time) => Unix(time) - OffsetMicroseconds;

    private static long Unix(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
