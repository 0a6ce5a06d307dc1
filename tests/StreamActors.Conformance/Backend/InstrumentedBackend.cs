using System.Net;
using System.Net.Sockets;

namespace StreamActors.Conformance.Backend;

/// <summary>A model server on one thread that records exactly when its requests start, end and are aborted.</summary>
internal sealed class InstrumentedBackend
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Dictionary<Socket, Connection> _connections = [];
    private readonly List<Socket> _readable = [];
    private readonly List<Socket> _writable = [];
    private readonly List<Socket> _closing = [];
    private readonly Queue<Connection> _swept = new();
    private readonly TimerQueue _timers = new();
    private readonly Record _record = new();
    private readonly Pages _pages;
    private int _lastConnection;
    private long _lastGeneration;

    public InstrumentedBackend(int port)
    {
        _pages = new Pages(_record);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(4096);
        _listener.Blocking = false;
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Run()
    {
        while (true)
        {
            WaitForEvents();
            ReceiveFromLive(_readable);
            FlushWritable();
            ReceiveRequests();
            AcceptConnections();
            SendDuePieces();
            ServeSwept();
        }
    }

    private void WaitForEvents()
    {
        _readable.Clear();
        _writable.Clear();
        _readable.Add(_listener);
        foreach (var (socket, connection) in _connections)
        {
            _readable.Add(socket);
            if (connection.HasUnsent)
            {
                _writable.Add(socket);
            }
        }

        Socket.Select(_readable, _writable, null, _timers.Timeout(MonotonicClock.Microseconds));
    }

    /// <summary>Sees the closes of live requests, before anything else that happened at the same time.</summary>
    private void ReceiveFromLive(List<Socket> sockets)
    {
        foreach (var socket in sockets)
        {
            if (_connections.TryGetValue(socket, out var connection) && connection.Live is not null)
            {
                connection.Receive();
                if (connection.PeerClosed)
                {
                    Close(connection);
                }
            }
        }
    }

    private void FlushWritable()
    {
        foreach (var socket in _writable)
        {
            if (_connections.TryGetValue(socket, out var connection))
            {
                connection.Flush();
                AfterSend(connection);
            }
        }
    }

    private void ReceiveRequests()
    {
        foreach (var socket in _readable)
        {
            if (_connections.TryGetValue(socket, out var connection) && connection.Live is null)
            {
                connection.Receive();
                Serve(connection);
            }
        }
    }

    private void AcceptConnections()
    {
        while (_listener.Poll(0, SelectMode.SelectRead))
        {
            try
            {
                var socket = _listener.Accept();
                socket.Blocking = false;
                socket.NoDelay = true;
                _connections.Add(socket, new Connection(socket, ++_lastConnection));
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private void SendDuePieces()
    {
        var now = MonotonicClock.Microseconds;
        while (_timers.TakeDue(now) is { Live: { } generation } connection)
        {
            var hadTokens = generation.TokensSent > 0;
            var sendTime = MonotonicClock.Microseconds;
            connection.Send(generation.NextPiece(sendTime));
            if (!hadTokens && generation.TokensSent > 0)
            {
                _record.FirstToken(generation, sendTime);
            }

            AfterSend(connection);
        }
    }

    private void AfterSend(Connection connection)
    {
        if (connection.Live is { } generation && !connection.PeerClosed && !connection.HasUnsent)
        {
            if (!generation.Finished)
            {
                Continue(connection, generation);
                return;
            }

            connection.Live = null;
            if (generation.Complete)
            {
                _record.Ended(generation, MonotonicClock.Microseconds);
            }
            else
            {
                _record.Failed(generation, MonotonicClock.Microseconds);
            }

            connection.Leave(generation.Farewell);
        }

        Serve(connection);
    }

    /// <summary>A stalled answer has no next piece; its connection is watched like every live one.</summary>
    private void Continue(Connection connection, Generation generation)
    {
        if (!generation.Stalled)
        {
            _timers.Add(connection, generation);
        }
        else
        {
            connection.Leave(generation.Farewell);
        }
    }

    /// <summary>Answers the requests that have been read, as far as the connection is free to.</summary>
    private void Serve(Connection connection)
    {
        try
        {
            while (connection.CanServe && connection.TakeRequest() is { } request)
            {
                SweepClosures(connection);
                connection.CloseWhenSent = !request.KeepAlive;
                Answer(connection, request);
            }
        }
        catch (BadRequestException e)
        {
            connection.CloseWhenSent = true;
            connection.Send(HttpResponse.Error(e.Status, e.Message));
        }

        var done = connection is { CloseWhenSent: true, Live: null, HasUnsent: false };
        if (done || connection.PeerClosed)
        {
            Close(connection);
        }
    }

    /// <summary>
    /// Makes every close that arrived before a request count before that request, also on connections that are not accepted yet.
    /// </summary>
    private void SweepClosures(Connection asker)
    {
        AcceptConnections();
        _closing.Clear();
        _closing.AddRange(_connections.Keys.Where(socket => socket != asker.Socket));
        if (_closing.Count == 0)
        {
            return;
        }

        Socket.Select(_closing, null, null, 0);
        ReceiveFromLive(_closing);
        foreach (var socket in _closing)
        {
            if (_connections.TryGetValue(socket, out var connection) && connection.Live is null)
            {
                connection.Receive();
                Swept(connection);
            }
        }
    }

    /// <summary>What was asked on a connection that is closed already is booked now; what else was read waits for its turn.</summary>
    private void Swept(Connection connection)
    {
        if (!connection.PeerClosed)
        {
            _swept.Enqueue(connection);
            return;
        }

        try
        {
            while (connection.TakeRequest() is { } request)
            {
                Answer(connection, request);
            }
        }
        catch (BadRequestException)
        {
            // Nobody is there to be told.
        }

        Close(connection);
    }

    private void ServeSwept()
    {
        while (_swept.TryDequeue(out var connection))
        {
            if (_connections.ContainsKey(connection.Socket))
            {
                Serve(connection);
            }
        }
    }

    private void Answer(Connection connection, HttpRequest request)
    {
        var dialect = request switch
        {
            { Method: "POST", Path: "/v1/chat/completions" } => Dialect.OpenAi,
            { Method: "POST", Path: "/api/chat" } => Dialect.Ollama,
            _ => null,
        };
        if (dialect is null)
        {
            connection.Send(_pages.Answer(request, _connections.Count));
            return;
        }

        try
        {
            StartGeneration(connection, ChatRequest.Parse(dialect, request.Body, request.Trace));
        }
        catch (BadRequestException e)
        {
            connection.Send(dialect.Refusal(e.Status, e.Message));
        }
    }

    private void StartGeneration(Connection connection, ChatRequest chat)
    {
        var now = MonotonicClock.Microseconds;
        var generation = Generation.Start(chat, ++_lastGeneration, connection.Number, now);
        if (connection.PeerClosed)
        {
            _record.AbortedUnstarted(generation, now);
            return;
        }

        connection.Live = generation;
        _record.Accepted(generation, now);
        _timers.Add(connection, generation);
    }

    private void Close(Connection connection)
    {
        if (connection.Live is { } generation)
        {
            connection.Live = null;
            _record.Aborted(generation, MonotonicClock.Microseconds);
        }

        _connections.Remove(connection.Socket);
        connection.Socket.Dispose();
    }
}
