using System.Net;
using System.Net.Sockets;

namespace StreamActors.Server.Tests.Fakes;

/// <summary>An address that refuses every connection for as long as this is held: taken, so that nobody else can listen there, and silent.</summary>
public sealed class RefusingAddress : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RefusingAddress() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public string Url => $"http://{(IPEndPoint)_socket.LocalEndPoint!}";

    public void Dispose() => _socket.Dispose();
}
