using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace StreamActors.Server.Http;

/// <summary>
/// Whether a client has closed its connection already. Kestrel does not know: it goes on reading only when a request that is handled on the
/// polling thread first waits, and by then an abandoned prompt would have taken the place of the one that its client sent after it.
/// </summary>
internal static class LeftClient
{
    /// <summary>The end of what the client sends has come, and nothing else is there to be read.</summary>
    public static bool ClientHasLeft(this HttpContext context)
    {
        try
        {
            return context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket
                && socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }
}
