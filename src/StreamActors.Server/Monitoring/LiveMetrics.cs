using System.Diagnostics.Metrics;
using StreamActors.Backends;
using StreamActors.Dispatch;
using StreamActors.Server.Http;
using StreamActors.Sessions;
using StreamActors.Streaming;
using StreamActors.Telemetry;

namespace StreamActors.Server.Monitoring;

/// <summary>What is so now, looked at when somebody asks for the metrics.</summary>
internal sealed class LiveMetrics
{
    private const string Streams = "{stream}";
    private readonly BackendRegistry _backends;

    public LiveMetrics(
        IMeterFactory meters, BackendRegistry backends, ModelCatalog models, OpenResponses responses, SessionDirectory sessions, ServerState state,
        LogHealth log, BodyBudget bodies)
    {
        _backends = backends;
        var meter = meters.Create(StreamMetrics.MeterName);
        meter.CreateObservableUpDownCounter("streamactors.requests.open", () => responses.Count, "{request}", "Requests open now.");
        meter.CreateObservableUpDownCounter("streamactors.requests.buffered", () => bodies.Held, "By", "Bytes of the bodies of open requests.");
        meter.CreateObservableUpDownCounter("streamactors.sessions.live", () => sessions.Count, "{session}", "Sessions that live now, idle ones among them.");
        meter.CreateObservableGauge("streamactors.server.draining", () => state.Draining ? 1 : 0, description: "1: no new prompts are taken.");
        meter.CreateObservableGauge("streamactors.log.failing", () => log.FileFault is null ? 0 : 1, description: "1: the log's file takes no lines.");
        meter.CreateObservableCounter(
            "streamactors.log.lines_left_out",
            () => log.LeftOut.Select(q => new Measurement<long>(q.Value, new KeyValuePair<string, object?>("queue", q.Key))), "{line}",
            "Lines that did not get to the console or to the file.");
        meter.CreateObservableCounter(
            "streamactors.inline_overrun", () => RunToCompletion.Overruns, "{turn}", "Turns on one thread that lasted longer than 50 ms, while others may have waited.");
        meter.CreateObservableUpDownCounter(
            "streamactors.backends.connections", () => BackendRegistry.Connections, "{connection}", "Connections to model servers, idle ones among them.");
        meter.CreateObservableUpDownCounter(
            "streamactors.backend.running", () => Each(c => c.Running), Streams, "Generations that run at a backend, detached ones not among them.");
        meter.CreateObservableUpDownCounter(
            "streamactors.backend.waiting", () => Each(c => c.Waiting), Streams, "Generations that wait for a place at a backend.");
        meter.CreateObservableUpDownCounter(
            "streamactors.backend.detached", () => Each(c => c.Detached), Streams, "Generations that were given up and have not ended.");
        meter.CreateObservableCounter(
            "streamactors.backend.detachments", () => Each(c => c.DetachedTotal), Streams, "Generations ever given up since they did not stop in time.");
        meter.CreateObservableGauge(
            "streamactors.backend.detached_limit", DetachedLimits, Streams, "With so many detached a backend gets no new prompts.");
        meter.CreateObservableGauge(
            "streamactors.backend.reachable", () => Reachable(models), description: "1: the backend answered when it was last asked.");
    }

    /// <summary>Of a backend that has not been asked before nothing is said yet.</summary>
    private static IEnumerable<Measurement<int>> Reachable(ModelCatalog models)
    {
        foreach (var (backend, reach) in models.Reach.LastKnown())
        {
            if (reach is { } known)
                yield return Of(known.State == ReachState.Unreachable ? 0 : 1, backend);
        }
    }

    private IEnumerable<Measurement<int>> DetachedLimits() => _backends.All.Select(b => Of(_backends.LoadOf(b.Name).MaxDetached, b.Name));

    private IEnumerable<Measurement<T>> Each<T>(Func<BackendCounters, T> figure)
        where T : struct => _backends.All.Select(b => Of(figure(_backends.LoadOf(b.Name).Counters), b.Name));

    private static Measurement<T> Of<T>(T value, string backend)
        where T : struct => new(value, new KeyValuePair<string, object?>("backend", backend));
}
