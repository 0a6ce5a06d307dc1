using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>What runs at a backend now, and what has come to pass there since the start.</summary>
/// <param name="Running">Generations that have a place, detached ones not among them.</param>
/// <param name="Waiting">Generations that wait for a place.</param>
/// <param name="Detached">Generations that were given up and have not ended yet.</param>
/// <param name="DetachedTotal">Generations ever given up.</param>
/// <param name="RefusedBusy">Refused since too many waited.</param>
/// <param name="RefusedStuck">Refused since too many were detached.</param>
public sealed record BackendCounters(
    int Running, int Waiting, int Detached, long DetachedTotal, long RefusedBusy, long RefusedStuck);

/// <summary>
/// What runs at one backend: at most so many at once, so many more wait, shared fairly between the keys that sent them, and not too
/// many that were detached and have not ended.
/// </summary>
public sealed class BackendLoad
{
    private readonly FairRoom? _room;
    private int _running;
    private int _detached;
    private long _detachedTotal;
    private long _refusedBusy;
    private long _refusedStuck;

    /// <param name="options">The backend's limits.</param>
    /// <param name="time">Dates the outcomes of prompts; null: the system's.</param>
    public BackendLoad(BackendOptions options, TimeProvider? time = null)
    {
        (Options, MaxDetached, Prompts) = (options, options.MaxDetached, new PromptOutcomes(time ?? TimeProvider.System));
        if (options.MaxConcurrent is { } most)
            _room = new FairRoom(most, options.MaxWaiting);
    }

    /// <summary>The backend's settings.</summary>
    public BackendOptions Options { get; }

    /// <summary>With so many detached no new ones are taken.</summary>
    public int MaxDetached { get; }

    /// <summary>Too many were given up and have not ended: new ones are refused.</summary>
    public bool IsStuck => Volatile.Read(ref _detached) >= MaxDetached;

    /// <summary>The figures, each right by itself; one may be a moment older than another.</summary>
    public BackendCounters Counters => new(
        Volatile.Read(ref _running),
        _room?.Waiting ?? 0,
        Volatile.Read(ref _detached),
        Volatile.Read(ref _detachedTotal),
        Volatile.Read(ref _refusedBusy),
        Volatile.Read(ref _refusedStuck));

    /// <summary>A place for one generation; it is empty until the generation's first step.</summary>
    /// <param name="owner">Whose prompt it is: places are shared fairly between owners.</param>
    public BackendPlace Take(string owner) => new(this, owner);

    /// <summary>How its prompts fare.</summary>
    internal PromptOutcomes Prompts { get; }

    /// <summary>Waits for leave to run.</summary>
    /// <returns>What to give back, or null where there is no limit.</returns>
    /// <exception cref="BackendException">Too many have not stopped, or too many wait already.</exception>
    internal async ValueTask<IDisposable?> EnterAsync(string owner, CancellationToken cancellation)
    {
        if (IsStuck)
            throw Stuck();
        if (_room is null)
            return null;
        var place = await _room.EnterAsync(owner, cancellation).ConfigureAwait(false) ?? throw Busy();
        // What freed the place may be a detachment, and one too many.
        if (!IsStuck)
            return place;
        place.Dispose();
        throw Stuck();
    }

    internal void CountRunning(int change) => Interlocked.Add(ref _running, change);

    internal void CountDetached(int change)
    {
        if (change > 0)
            Interlocked.Add(ref _detachedTotal, change);
        Interlocked.Add(ref _detached, change);
    }

    private BackendException Stuck()
    {
        Interlocked.Increment(ref _refusedStuck);
        return new BackendException(EndReason.BackendStuck, "Too many detached generations have not ended.");
    }

    private BackendException Busy()
    {
        Interlocked.Increment(ref _refusedBusy);
        return new BackendException(EndReason.BackendBusy, "Too many wait already, or this key has more than its share of the queue.");
    }
}
