using System.Net.Sockets;
using System.Text;
using StreamActors.Soak.Clients;
using StreamActors.Soak.Upstream;

namespace StreamActors.Soak.Traffic;

/// <summary>One request on a connection of its own, down to the socket: it can be slow, stop reading, or vanish.</summary>
internal sealed class Exchange : IDisposable
{
    private const int Unlimited = int.MaxValue;
    private static readonly byte[] Token = "\"content\":\"tok"u8.ToArray();

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly MemoryStream _received = new();
    private readonly TaskCompletionSource _headCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="receiveBuffer">Of the socket, where it is to be small.</param>
    public Exchange(int? receiveBuffer = null)
    {
        if (receiveBuffer is { } size)
            _socket.ReceiveBufferSize = size;
    }

    /// <summary>When the whole request had been sent.</summary>
    public long SentAt { get; private set; }

    /// <summary>Completes with the first token, or with the end if none came.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Completes with the head of the answer, or with the end if none came.</summary>
    public Task HeadCame => _headCame.Task;

    /// <summary>Since it was sent.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMicroseconds(Clock.Microseconds - SentAt);

    /// <summary>The trace, once the head has come.</summary>
    public string? Trace
    {
        get
        {
            lock (_received)
                return AnswerBytes.Read(_received.GetBuffer().AsSpan(0, (int)_received.Length))?.Trace;
        }
    }

    public static byte[] Request(string method, string path, byte[] body, string? session = null, string headers = "") =>
    [
        .. Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {body.Length}\r\n"
            + (session is null ? "" : $"X-Session-Id: {session}\r\n") + headers + "\r\n"),
        .. body,
    ];

    public async Task SendAsync(Uri server, ReadOnlyMemory<byte> request, CancellationToken bound)
    {
        if (!_socket.Connected)
            await _socket.ConnectAsync(server.Host, server.Port, bound);
        while (!request.IsEmpty)
            request = request[await _socket.SendAsync(request, bound)..];
        SentAt = Clock.Microseconds;
    }

    /// <summary>Reads to the end of the connection, as fast as it comes or with a pause after each read.</summary>
    /// <returns>The answer; null where not even a head came.</returns>
    public async Task<AnswerEnd?> ReadAsync(CancellationToken bound, int atOnce = 16 * 1024, int pause = 0, int atMost = Unlimited)
    {
        var part = new byte[atOnce];
        try
        {
            while (_received.Length < atMost && await _socket.ReceiveAsync(part, bound) is > 0 and var length)
            {
                Note(part.AsSpan(0, length));
                if (pause > 0)
                    await Task.Delay(pause, bound);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Reset, by the server or by ourselves: what came is what there is.
        }
        finally
        {
            _headCame.TrySetResult();
            _begun.TrySetResult();
        }

        return AnswerBytes.Read(_received.GetBuffer().AsSpan(0, (int)_received.Length));
    }

    /// <summary>Leaves without a word.</summary>
    /// <param name="reset">With a reset; else with a FIN, as far as nothing is unread.</param>
    public void Vanish(bool reset)
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: reset, seconds: 0);
            if (!reset)
                _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The server was first.
        }

        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private void Note(ReadOnlySpan<byte> part)
    {
        lock (_received)
            _received.Write(part);
        if (_begun.Task.IsCompleted)
            return;
        var all = _received.GetBuffer().AsSpan(0, (int)_received.Length);
        if (!_headCame.Task.IsCompleted && all.IndexOf("\r\n\r\n"u8) >= 0)
            _headCame.TrySetResult();
        if (all.IndexOf(Token) >= 0)
            _begun.TrySetResult();
    }
}
