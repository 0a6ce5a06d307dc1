using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using StreamActors.Benchmarks.Load;
using StreamActors.Conformance.Backend;

namespace StreamActors.Benchmarks.Upstream;

/// <summary>
/// A model server on one thread that sends each token at its time and in one piece. It does the same as the instrumented one of the
/// conformance kit for a fraction of the cost with thousands of connections, and can nothing else.
/// </summary>
internal sealed class PacedBackend : IDisposable
{
    public const string Model = "bench";

    private const int MaxWaitMilliseconds = 1000;

    /// <summary>Microseconds until a socket that was full is tried again.</summary>
    private const int Retry = 1000;

    private static readonly byte[] Models = HttpResponse.Json(
        200, """{"object":"list","data":[{"id":"bench","object":"model","created":0,"owned_by":"tests"}]}"""u8);

    private readonly Epoll _epoll = new();
    private readonly Slots<BackendConnection> _connections = new();
    private readonly PriorityQueue<BackendConnection, long> _due = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<BackendConnection> _idle = [];
    private readonly UpstreamBooks _books = new();
    private readonly Wire _wire = new();
    private readonly int _listenerSlot = -1;

    public PacedBackend()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        _listener.Blocking = false;
        _epoll.Watch(_listener, _listenerSlot);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Serves for ever.</summary>
    public void Run()
    {
        while (true)
            Step();
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var connection in _connections.All)
            connection.Socket.Dispose();
        _epoll.Dispose();
    }

    /// <summary>
    /// The close of a live request counts before any request that is seen at the same time, and what is accepted is read in the next
    /// step: so a close that came first is never taken for an overlap.
    /// </summary>
    private void Step()
    {
        var count = _epoll.Wait(Timeout());
        var accept = false;
        _idle.Clear();
        for (var i = 0; i < count; i++)
        {
            if (_epoll.Slot(i) == _listenerSlot)
                accept = true;
            else if (_connections[_epoll.Slot(i)] is { } connection)
                See(connection);
        }

        foreach (var connection in _idle)
            Serve(connection);
        if (accept)
            Accept();
        SendDue();
    }

    private int Timeout()
    {
        if (!_due.TryPeek(out _, out var due))
            return MaxWaitMilliseconds;
        return (int)Math.Clamp((due - MonotonicClock.Microseconds + 999) / 1000, 0, MaxWaitMilliseconds);
    }

    private void See(BackendConnection connection)
    {
        if (connection.Live is null)
            _idle.Add(connection);
        else if (!connection.Receive())
            Close(connection);
    }

    private void Serve(BackendConnection connection)
    {
        try
        {
            if (!connection.Receive())
                Close(connection);
            else if (connection.TakeRequest() is { } request)
                Answer(connection, request);
        }
        catch (BadRequestException)
        {
            Close(connection);
        }
    }

    private void Accept()
    {
        while (_listener.Poll(0, SelectMode.SelectRead))
        {
            var socket = _listener.Accept();
            socket.Blocking = false;
            socket.NoDelay = true;
            _epoll.Watch(socket, _connections.Add(slot => new BackendConnection(socket, slot)).Slot);
        }
    }

    private void Answer(BackendConnection connection, HttpRequest request)
    {
        switch (request.Method, request.Path)
        {
            case ("GET", "/v1/models"):
                connection.SendPage(Models);
                break;
            case ("GET", "/_books"):
                connection.SendPage(HttpResponse.Json(200, JsonSerializer.SerializeToUtf8Bytes(_books)));
                break;
            case ("GET", "/_events"):
                connection.SendPage(HttpResponse.Json(200, JsonSerializer.SerializeToUtf8Bytes(_books.Events)));
                break;
            case ("POST", "/_reset"):
                _books.Reset();
                connection.SendPage(HttpResponse.Json(200, "{}"u8));
                break;
            case ("POST", "/v1/chat/completions") when Order.TryFind(request.Body, out var order):
                (connection.Live, connection.Sent, connection.Due) = (order, 0, MonotonicClock.Microseconds);
                _books.Book(Happened.Accepted, order, connection.Due);
                _due.Enqueue(connection, connection.Due);
                break;
            default:
                connection.SendPage(HttpResponse.Error(400, "no such endpoint, or a prompt that is no order"));
                break;
        }
    }

    private void SendDue()
    {
        while (_due.TryPeek(out var connection, out var due) && MonotonicClock.Microseconds is var now && due <= now)
        {
            _due.Dequeue();
            if (connection.Live is { } order && connection.Due == due)
                SendPiece(connection, order, now);
        }
    }

    private void SendPiece(BackendConnection connection, Order order, long now)
    {
        if (!connection.Flush())
        {
            connection.Due = now + Retry;
        }
        else if (connection.Sent < order.Tokens)
        {
            connection.Send(_wire.Token(connection.Sent == 0, now));
            connection.Sent++;
            // The end follows the last token at once.
            connection.Due += connection.Sent < order.Tokens ? Math.Max(order.Pace, 1) : 1;
        }
        else if (connection.Sent == order.Tokens && !connection.Send(_wire.Tail))
        {
            connection.Sent++;
            connection.Due = now + Retry;
        }
        else
        {
            connection.Live = null;
            _books.Book(Happened.Ended, order, now);
            return;
        }

        _due.Enqueue(connection, connection.Due);
    }

    private void Close(BackendConnection connection)
    {
        if (connection.Live is { } order)
            _books.Book(Happened.Aborted, order, MonotonicClock.Microseconds);
        connection.Live = null;
        connection.Socket.Dispose();
        _connections.Remove(connection.Slot);
    }
}
