using System.Threading.RateLimiting;

namespace StreamActors.Backends;

/// <summary>
/// What runs at one backend: at most so many at once, so many more wait in the order of their arrival, and not too many that were
/// detached and have not ended.
/// </summary>
public sealed class BackendLoad : IDisposable
{
    private readonly ConcurrencyLimiter? _limiter;
    private readonly int _maxDetached;
    private int _detached;

    /// <param name="options">The backend's limits.</param>
    public BackendLoad(BackendOptions options)
    {
        _maxDetached = options.MaxDetached;
        if (options.MaxConcurrent is { } most)
        {
            _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
            {
                PermitLimit = most,
                QueueLimit = options.MaxWaiting,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            });
        }
    }

    /// <summary>Generations that were given up and have not ended yet.</summary>
    public int Detached => Volatile.Read(ref _detached);

    /// <summary>No new ones are taken: too many have not stopped.</summary>
    public bool IsStuck => Detached >= _maxDetached;

    /// <summary>A place for one generation; it is empty until the generation's first step.</summary>
    public BackendPlace Take() => new(this);

    /// <inheritdoc/>
    public void Dispose() => _limiter?.Dispose();

    /// <summary>Waits for leave to run; null: without limit.</summary>
    internal ValueTask<RateLimitLease>? AcquireAsync(CancellationToken cancellation) => _limiter?.AcquireAsync(1, cancellation);

    internal void CountDetached(int change) => Interlocked.Add(ref _detached, change);
}
