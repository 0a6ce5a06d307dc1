namespace StreamActors.Backends;

/// <summary>
/// Threads for code that may never come back: what is posted while all of them are busy gets a new one, so nothing waits behind a
/// blocked call, and none of them is missing from the pool that everybody else lives on. Code that awaits comes back to these
/// threads; only what runs after a <c>ConfigureAwait(false)</c> of its own is on the pool, which has room for it.
/// </summary>
internal sealed class OwnThreads : SynchronizationContext, IDisposable
{
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(10);

    private readonly Queue<(SendOrPostCallback Call, object? State)> _calls = new();
    private readonly string _name;
    private int _idle;
    private bool _closed;

    /// <param name="name">Shown in debuggers and dumps.</param>
    public OwnThreads(string name)
    {
        _name = name;
        PoolRoom.Add();
    }

    /// <summary>Runs an asynchronous call, from its first instruction on, on these threads. Who awaits it is not on them.</summary>
    public Task<T> RunAsync<T>(Func<ValueTask<T>> call)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            async _ =>
            {
                try
                {
                    done.SetResult(await call());
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            },
            null);
        return done.Task;
    }

    /// <summary>Cancels on these threads. Completes when all callbacks have returned; what they throw is for nobody to see.</summary>
    public async Task CancelAsync(CancellationTokenSource source) => await ((Task)RunAsync(() =>
    {
        source.Cancel();
        return ValueTask.FromResult(true);
    })).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_calls)
        {
            _calls.Enqueue((d, state));
            if (_calls.Count <= _idle)
            {
                Monitor.Pulse(_calls);
                return;
            }
        }

        new Thread(Work) { IsBackground = true, Name = _name }.Start();
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Lets idle threads end at once and busy ones when they come back.</summary>
    public void Dispose()
    {
        lock (_calls)
        {
            if (_closed)
                return;
            _closed = true;
            Monitor.PulseAll(_calls);
        }

        PoolRoom.Remove();
    }

    private void Work()
    {
        SetSynchronizationContext(this);
        while (TryTake(out var next))
            next.Call(next.State);
    }

    private bool TryTake(out (SendOrPostCallback Call, object? State) next)
    {
        lock (_calls)
        {
            while (!_calls.TryDequeue(out next))
            {
                if (_closed)
                    return false;
                _idle++;
                var woken = Monitor.Wait(_calls, IdleFor);
                _idle--;
                if (!woken && _calls.Count == 0)
                    return false;
            }

            return true;
        }
    }
}
