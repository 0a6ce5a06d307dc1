using System.Net;
using System.Net.Sockets;
using StreamActors.Conformance.Backend;

namespace StreamActors.Benchmarks.Load;

/// <summary>The load generator: any number of client connections on the calling thread.</summary>
internal sealed class LoadLoop(CancellationToken cancellation) : IDisposable
{
    private const int WaitMilliseconds = 20;

    private readonly Epoll _epoll = new();
    private readonly Slots<LoadConnection> _connections = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Opens a connection.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="load">Told of what comes.</param>
    /// <param name="client">Which of the load's clients it serves.</param>
    public LoadConnection Open(IPEndPoint address, ILoad load, int client = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address);
        socket.Blocking = false;
        var connection = _connections.Add(slot => new LoadConnection(this, load, socket, slot) { Client = client });
        _epoll.Watch(socket, connection.Slot);
        return connection;
    }

    /// <summary>Runs for so long.</summary>
    /// <param name="time">At most.</param>
    /// <param name="until">Ends it before that.</param>
    /// <param name="tick">Called between events, every millisecond where nothing comes.</param>
    /// <returns>Whether <paramref name="until"/> was so.</returns>
    public bool Run(TimeSpan time, Func<bool>? until = null, Action<long>? tick = null)
    {
        var end = MonotonicClock.Microseconds + (long)time.TotalMicroseconds;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (until?.Invoke() == true)
                return true;
            var now = MonotonicClock.Microseconds;
            if (now >= end)
                return false;
            tick?.Invoke(now);
            var most = tick is null ? WaitMilliseconds : 1;
            var count = _epoll.Wait((int)Math.Clamp((end - now) / 1000, 1, most));
            for (var i = 0; i < count; i++)
                _connections[_epoll.Slot(i)]?.Receive(_buffer);
        }
    }

    /// <summary>Closes all connections.</summary>
    public void CloseAll()
    {
        foreach (var connection in _connections.All)
            connection.Close();
    }

    public void Forget(LoadConnection connection) => _connections.Remove(connection.Slot);

    public void Dispose()
    {
        CloseAll();
        _epoll.Dispose();
    }
}
