using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>A running token path.</summary>
/// <param name="Switch">Ends it.</param>
/// <param name="Over">Completes when the backend's connection is closed and nothing writes to the response any more.</param>
public sealed record PumpRun(UniqueKillSwitch Switch, Task<PumpEnd> Over);

/// <summary>What one materialization of the token path is for: given to its stages as an attribute.</summary>
/// <param name="Chunks">The backend's answer; its first step sends the request.</param>
/// <param name="Upstream">Source of the token given to the backend; cancelled when nobody wants more.</param>
/// <param name="Response">Where it goes.</param>
/// <param name="Progress">Is told of each chunk.</param>
internal sealed record PumpedAnswer(
    IAsyncEnumerable<Chunk> Chunks, CancellationTokenSource Upstream, OpenResponse Response, StreamProgress Progress) : Attributes.IAttribute
{
    public static PumpedAnswer Of(Attributes attributes) => attributes.GetAttribute<PumpedAnswer>()!;
}

/// <summary>How both sides of a token path ended.</summary>
public sealed record PumpEnd(UpstreamEnd Upstream, WriteResult Output);

/// <summary>
/// The token path: one fused island of a source that reads the backend, a kill switch, and a sink that writes to the response.
/// No buffer but the element under way; what the client does not take, the backend is not asked for.
/// </summary>
public static class TokenPump
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(20);

    /// <summary>The same for all answers and fused once; what differs comes as an attribute of the materialization.</summary>
    private static readonly Fusing.FusedGraph<ClosedShape, ((Task<UpstreamEnd>, UniqueKillSwitch), Task<WriteResult>)> Path = Fusing.Aggressive(
        Source.FromGraph(new ChunkSource())
            .ViaMaterialized(KillSwitches.Single<EventBatch>(), Keep.Both)
            .ToMaterialized(Sink.FromGraph(new ResponseSink()), Keep.Both));

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
        var ((upstreamEnd, killSwitch), outputEnd) = materializer.Materialize(
            Path, new Attributes(new PumpedAnswer(chunks, upstream, response, progress)));
        return new PumpRun(killSwitch, BothAsync(upstreamEnd, outputEnd));
    }

    private static async Task<PumpEnd> BothAsync(Task<UpstreamEnd> upstream, Task<WriteResult> output) =>
        new(await upstream.ConfigureAwait(false), await output.ConfigureAwait(false));
}
