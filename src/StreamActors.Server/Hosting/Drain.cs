using Akka.Actor;
using Akka.Hosting;
using StreamActors.Protocol;
using StreamActors.Server.Http;
using StreamActors.Sessions;
using StreamActors.Streaming;

namespace StreamActors.Server.Hosting;

/// <summary>
/// What comes before the stop of anything, while Kestrel and the actors still run: take no new prompts, let running streams
/// finish for the drain time, end the rest with <c>server_shutdown</c>. Happens once.
/// </summary>
internal sealed class Drain(
    ServerState state, OpenResponses responses, IRequiredActor<SessionsParent> sessions, ServerOptions options, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastFrames = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task? _running;

    /// <summary>Completes when nothing is open, or all of it has been ended: after the drain time and a second at the latest.</summary>
    public Task RunAsync()
    {
        lock (_lock)
        {
            return _running ??= DrainAsync();
        }
    }

    private async Task DrainAsync()
    {
        state.Stop();
        sessions.ActorRef.Tell(SessionProtocol.Drain.Instance);
        await NoneOpenAsync(options.DrainTimeout);
        sessions.ActorRef.Tell(SessionProtocol.EndAll.Instance);
        await NoneOpenAsync(LastFrames);
        foreach (var response in responses.All)
            response.End(StreamEnding.Because(EndReason.ServerShutdown));
    }

    private async Task NoneOpenAsync(TimeSpan most)
    {
        var since = time.GetTimestamp();
        while (responses.Count > 0 && most - time.GetElapsedTime(since) is var left && left > TimeSpan.Zero)
            await Task.Delay(left < LookEvery ? left : LookEvery, time);
    }
}
