using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using StreamActors.Sessions;
using StreamActors.Streaming;

namespace StreamActors.Soak.Host;

/// <summary>What only the server's own process can count.</summary>
/// <param name="HeapBytes">Managed heap, after a full collection.</param>
/// <param name="Sessions">Live sessions.</param>
/// <param name="Actors">Actors below the sessions' parent.</param>
/// <param name="Streams">Token paths that run.</param>
/// <param name="Responses">Open responses.</param>
/// <param name="Timers">Pending timers of the process.</param>
/// <param name="PoolThreads">Threads of the pool.</param>
public sealed record HostFigures(
    long HeapBytes, int Sessions, int Actors, int Streams, int Responses, long Timers, int PoolThreads)
{
    public const string Path = "/soak/figures";

    internal static void Map(WebApplication server) => server.MapGet(Path, (SessionDirectory sessions, OpenResponses responses, TokenPaths paths, ActorSystem system) =>
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Results.Json(new HostFigures(
            GC.GetTotalMemory(forceFullCollection: false), sessions.Count, ActorTree.Sessions(system).Count,
            ActorTree.Streams(system, paths).Count, responses.Count, Timer.ActiveCount, ThreadPool.ThreadCount));
    });
}
