using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>A running token path.</summary>
/// <param name="Switch">Ends it.</param>
/// <param name="Over">Completes when the backend's connection is closed and nothing writes to the response any more.</param>
public sealed record PumpRun(UniqueKillSwitch Switch, Task<PumpEnd> Over);

/// <summary>How both sides of a token path ended.</summary>
public sealed record PumpEnd(UpstreamEnd Upstream, WriteResult Output);

/// <summary>
/// The token path: one fused island of a source that reads the backend, a kill switch, and a sink that writes to the response.
/// No buffer but the element under way; what the client does not take, the backend is not asked for.
/// </summary>
public static class TokenPump
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Makes the system's materializer and waits until it has started. Whoever materializes before is blocked, thread and all,
    /// until it has; a burst of first prompts would block every thread there is, that of the start among them.
    /// </summary>
    public static Task ReadyAsync(ActorSystem system) =>
        system.Materializer().Supervisor.Ask<ActorIdentity>(new Identify(null), ReadyWithin);

    /// <summary>Starts it.</summary>
    /// <param name="chunks">The backend's answer, made with the token of <paramref name="upstream"/>.</param>
    /// <param name="upstream">Cancelled when the client's side ends first.</param>
    /// <param name="response">Where it goes.</param>
    /// <param name="progress">Is told of each chunk.</param>
    /// <param name="materializer">Must outlive the stream.</param>
    public static PumpRun Run(
        IAsyncEnumerable<Chunk> chunks,
        CancellationTokenSource upstream,
        OpenResponse response,
        StreamProgress progress,
        IMaterializer materializer)
    {
        var ((upstreamEnd, killSwitch), outputEnd) = Source
            .FromGraph(new ChunkSource(chunks, upstream, response.Chunks, progress))
            .ViaMaterialized(KillSwitches.Single<EventBatch>(), Keep.Both)
            .ToMaterialized(Sink.FromGraph(new ResponseSink(response)), Keep.Both)
            .Run(materializer);
        return new PumpRun(killSwitch, BothAsync(upstreamEnd, outputEnd));
    }

    private static async Task<PumpEnd> BothAsync(Task<UpstreamEnd> upstream, Task<WriteResult> output) =>
        new(await upstream.ConfigureAwait(false), await output.ConfigureAwait(false));
}
