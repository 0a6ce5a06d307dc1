using System.Collections.Concurrent;
using System.Diagnostics;
using StreamActors.Telemetry;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>Listens to the spans of streams, as an exporter would.</summary>
public sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StreamTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The ended span of a stream, by its own trace id. Other servers of this process have spans too.</summary>
    public async Task<Activity> OfAsync(string trace)
    {
        Activity? found = null;
        await Support.Eventually.HoldsAsync(() => found = Assert.Single(_ended, a => (string?)a.GetTagItem("streamactors.trace") == trace));
        return found!;
    }

    public static IReadOnlyList<string> Events(Activity span) => [.. span.Events.Select(e => e.Name)];

    public void Dispose() => _listener.Dispose();
}
