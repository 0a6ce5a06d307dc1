using System.Net.Sockets;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// Has the kernel ask an idle connection's other side whether it is still there. Models think for minutes without a byte: a NAT or a load balancer between would
/// forget the connection, and of a machine that has lost its power nothing would be heard.
/// </summary>
public static class KeepAlive
{
    private const int FirstAfterSeconds = 30;
    private const int ThenEverySeconds = 10;
    private const int LostAfter = 3;

    /// <summary>The first probe after 30 s of silence, then every 10 s; the connection is lost after three without an answer: one minute.</summary>
    public static void Set(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, FirstAfterSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ThenEverySeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, LostAfter);
        }
        catch (Exception failure) when (failure is SocketException or PlatformNotSupportedException)
        {
            // No TCP, or a system without the finer settings: its own times stand.
        }
    }
}
