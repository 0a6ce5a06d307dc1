using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Generations;

/// <summary>Which deadline a stream has missed, or when to look again. Pure.</summary>
public static class GenerationDeadlines
{
    /// <param name="options">The deadlines.</param>
    /// <param name="streaming">An answer that is not streamed shows no progress: only the total applies.</param>
    /// <param name="elapsed">Since the start.</param>
    /// <param name="sinceContent">Since the last content, or null before the first.</param>
    /// <returns>The missed deadline's reason, or <see cref="EndReason.None"/> and the time until the next may be missed.</returns>
    public static (EndReason Missed, TimeSpan LookAgainIn) Check(
        GenerationsOptions options, bool streaming, TimeSpan elapsed, TimeSpan? sinceContent)
    {
        var total = options.TotalTimeout - elapsed;
        if (total <= TimeSpan.Zero)
            return (EndReason.TotalTimeout, TimeSpan.Zero);
        if (!streaming)
            return (EndReason.None, total);

        var (reason, left) = sinceContent is { } silence
            ? (EndReason.IdleTimeout, options.IdleTimeout - silence)
            : (EndReason.FirstTokenTimeout, options.FirstTokenTimeout - elapsed);
        if (left <= TimeSpan.Zero)
            return (reason, TimeSpan.Zero);
        // The first content may come at any moment and starts the shorter wait for the next.
        return (EndReason.None, TimeSpan.FromTicks(Math.Min(Math.Min(left.Ticks, total.Ticks), options.IdleTimeout.Ticks)));
    }

    /// <summary>The check for a stream as it stands.</summary>
    public static (EndReason Missed, TimeSpan LookAgainIn) Check(GenerationsOptions options, bool streaming, StreamProgress progress) =>
        Check(options, streaming, progress.Elapsed, progress.SinceLastContent);
}
