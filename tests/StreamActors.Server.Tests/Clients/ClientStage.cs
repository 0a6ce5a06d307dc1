using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Clients;

/// <summary>The real server with a scripted model server behind it, on a clock that only a case moves.</summary>
internal sealed class ClientStage : IAsyncDisposable
{
    private ClientStage(ServerWithUpstream both, FakeTimeProvider time) => (Both, Time) = (both, time);

    public ServerWithUpstream Both { get; }

    public FakeTimeProvider Time { get; }

    public static async Task<ClientStage> StartAsync(params (string Key, string Value)[] settings)
    {
        var time = new FakeTimeProvider();
        return new ClientStage(await ServerWithUpstream.StartAsync(services => services.AddSingleton<TimeProvider>(time), settings), time);
    }

    public ValueTask DisposeAsync() => Both.DisposeAsync();
}
