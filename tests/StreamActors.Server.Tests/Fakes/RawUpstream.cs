using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace StreamActors.Server.Tests.Fakes;

/// <summary>A model server on a loopback socket that says nothing by itself: the test scripts every byte and its moment.</summary>
public sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<UpstreamCall> _calls = Channel.CreateUnbounded<UpstreamCall>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;
    private int _open;

    public RawUpstream()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"{Address}/v1";

    /// <summary>Without a path.</summary>
    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>How many connections have been accepted in all.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many of them are open now.</summary>
    public int OpenConnections => Volatile.Read(ref _open);

    /// <summary>It has no list of models and says so by itself, so that a test sees its prompts alone.</summary>
    public bool HasNoList { get; set; }

    /// <summary>The next request that has come in whole.</summary>
    public async Task<UpstreamCall> NextCallAsync(TimeSpan? timeout = null)
    {
        using var bound = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(10));
        return await _calls.Reader.ReadAsync(bound.Token);
    }

    /// <summary>The requests that have come in and that nobody has taken.</summary>
    public IEnumerable<UpstreamCall> Rest()
    {
        while (_calls.Reader.TryRead(out var call))
            yield return call;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                Interlocked.Increment(ref _connections);
                Interlocked.Increment(ref _open);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    /// <summary>Reads requests until the client closes; reading on while an answer is under way is what notices the close.</summary>
    private async Task ServeAsync(Socket socket)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await UpstreamRequest.ReadAsync(stream, _stop.Token) is { } request)
            {
                var call = new UpstreamCall(request, socket, closed.Task);
                if (HasNoList && (request.Head.StartsWith("GET /v1/models ", StringComparison.Ordinal) || request.Head.StartsWith("GET /api/tags ", StringComparison.Ordinal)))
                    await call.AnswerAsync("404 Not Found", "");
                else
                    _calls.Writer.TryWrite(call);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Reset, or stopped.
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            closed.TrySetResult();
        }
    }
}
