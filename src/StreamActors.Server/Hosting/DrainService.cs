using Akka.Actor;
using Akka.Hosting;
using StreamActors.Protocol;
using StreamActors.Server.Http;
using StreamActors.Sessions;
using StreamActors.Streaming;

namespace StreamActors.Server.Hosting;

/// <summary>
/// The first thing at shutdown, while Kestrel and the actors still run: take no new prompts, let running streams finish for the
/// drain time, end the rest with <c>server_shutdown</c>.
/// </summary>
internal sealed class DrainService(
    ServerState state, OpenResponses responses, IRequiredActor<SessionsParent> sessions, ServerOptions options, TimeProvider time)
    : IHostedLifecycleService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastFrames = TimeSpan.FromSeconds(1);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Draining = true;
        sessions.ActorRef.Tell(SessionProtocol.Drain.Instance);
        await NoneOpenAsync(options.DrainTimeout, cancellationToken);
        sessions.ActorRef.Tell(SessionProtocol.EndAll.Instance);
        await NoneOpenAsync(LastFrames, cancellationToken);
        foreach (var response in responses.All)
            response.End(StreamEnding.Because(EndReason.ServerShutdown));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task NoneOpenAsync(TimeSpan most, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        while (responses.Count > 0 && time.GetElapsedTime(since) < most && !cancellation.IsCancellationRequested)
            await Task.Delay(LookEvery, time, CancellationToken.None);
    }
}
