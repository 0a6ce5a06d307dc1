namespace StreamActors.Backends.Upstream;

/// <summary>
/// How many connections to model servers this process may have, those of all backends together: each needs a handle, and a process without handles ends. Where all
/// are taken, one that is idle in a pool gives way; where none is idle, the next waits until one ends.
/// </summary>
public sealed class UpstreamHandles
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly HashSet<UpstreamConnection> _connections = [];
    private int _open;

    /// <summary>The account of this process.</summary>
    public static UpstreamHandles OfProcess { get; } = new();

    /// <summary>The most that may be open.</summary>
    /// <value>Default any number.</value>
    public int Most { get; set; } = int.MaxValue;

    /// <summary>How many are open, or being opened.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Takes a handle for a connection that is about to be opened. Its bound is the caller's, <c>ConnectTimeout</c>.</summary>
    /// <exception cref="NoHandleException">None became free in time.</exception>
    internal async ValueTask TakeAsync(CancellationToken cancellation)
    {
        while (!TryTake())
        {
            if (CloseIdle())
                continue;
            try
            {
                await Task.Delay(LookAgainAfter, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new NoHandleException(Most);
            }
        }
    }

    /// <summary>The connection is closed.</summary>
    internal void GiveBack() => Interlocked.Decrement(ref _open);

    /// <summary>Knows a connection that may give way, until it is closed.</summary>
    internal UpstreamConnection Watch(Stream stream)
    {
        var connection = new UpstreamConnection(stream, this);
        lock (_lock)
            _connections.Add(connection);
        return connection;
    }

    internal void Forget(UpstreamConnection connection)
    {
        lock (_lock)
            _connections.Remove(connection);
    }

    private bool TryTake()
    {
        if (Interlocked.Increment(ref _open) <= Most)
            return true;
        Interlocked.Decrement(ref _open);
        return false;
    }

    private bool CloseIdle()
    {
        UpstreamConnection? idle;
        lock (_lock)
            idle = _connections.FirstOrDefault(connection => connection.TryGiveWay());
        // Outside the lock, which its end takes too.
        idle?.Dispose();
        return idle is not null;
    }
}

/// <summary>Every connection to model servers that this process has handles for is in use.</summary>
internal sealed class NoHandleException(int most) : IOException($"All {most} connections to model servers are in use.")
{
    /// <summary>How many there are.</summary>
    public int Most { get; } = most;
}
