using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using StreamActors.Backends.Upstream;

namespace StreamActors.Server.Hosting;

/// <summary>
/// A client that waits for a model in silence keeps its place in the tables of what stands between; one whose machine is gone is noticed. Connections have
/// what their listening socket has.
/// </summary>
internal static class ClientKeepAlive
{
    public static void UseKeepAlive(this WebApplicationBuilder builder) =>
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = Listen);

    internal static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        KeepAlive.Set(socket);
        return socket;
    }
}
