using System.Net;
using System.Net.Sockets;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Faults;

/// <summary>The real backend at addresses where nobody answers.</summary>
internal static class Addresses
{
    /// <summary>Listens, but takes no connection, and its queue is full: the next one's first packet is dropped.</summary>
    private static readonly Lazy<Socket> Full = new(() =>
    {
        var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        for (var queued = 0; queued < 4; queued++)
            _ = new Socket(SocketType.Stream, ProtocolType.Tcp).ConnectAsync(listener.LocalEndPoint!);
        return listener;
    });

    private static readonly Lazy<RefusingAddress> Silent = new();

    public static IAsyncEnumerable<Chunk> Refusing(IBackend backend, ChatRequest request, CancellationToken cancellation) =>
        At(Silent.Value.Url, request, cancellation);

    public static IAsyncEnumerable<Chunk> Deaf(IBackend backend, ChatRequest request, CancellationToken cancellation) =>
        At($"http://{Full.Value.LocalEndPoint}", request, cancellation);

    private static IAsyncEnumerable<Chunk> At(string address, ChatRequest request, CancellationToken cancellation) =>
        new OpenAiCompatibleBackend("up", new BackendOptions
        {
            Url = new Uri($"{address}/v1"), ConnectTimeout = TimeSpan.FromSeconds(0.2),
        }).StreamAsync(request, cancellation);
}
