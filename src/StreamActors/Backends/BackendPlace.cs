using System.Threading.RateLimiting;
using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>
/// One generation's place at its backend. It is left when the backend has let go of the call. A detached one is counted until
/// then, but makes room for others at once.
/// </summary>
public sealed class BackendPlace(BackendLoad load)
{
    private const int Held = 0;
    private const int Detached = 1;
    private const int Left = 2;

    private RateLimitLease? _lease;
    private int _standing = Held;

    /// <summary>The backend's answer. Its first step waits for leave, then sends the request.</summary>
    /// <exception cref="BackendException">In the enumeration: the backend is stuck, or too many wait for it already.</exception>
    public IAsyncEnumerable<Chunk> Run(IBackend backend, ChatRequest request, CancellationToken cancellation) =>
        new Answer(this, backend, request, cancellation);

    /// <summary>The generation did not stop in time and is waited for no longer.</summary>
    public void Detach()
    {
        if (Interlocked.CompareExchange(ref _standing, Detached, Held) != Held)
            return;
        load.CountDetached(+1);
        Release();
    }

    private void Leave()
    {
        if (Interlocked.Exchange(ref _standing, Left) == Detached)
            load.CountDetached(-1);
        Release();
    }

    private void Release() => Interlocked.Exchange(ref _lease, null)?.Dispose();

    private async ValueTask EnterAsync(CancellationToken cancellation)
    {
        if (load.IsStuck)
            throw new BackendException(EndReason.BackendStuck, "Too many detached generations have not ended.");
        if (load.AcquireAsync(cancellation) is not { } acquire)
            return;
        _lease = await acquire.ConfigureAwait(false);
        if (!_lease.IsAcquired)
            throw new BackendException(EndReason.BackendBusy, "Too many wait already.");
    }

    /// <summary>The backend's own enumerator behind the entrance: only the first step costs more.</summary>
    private sealed class Answer(BackendPlace place, IBackend backend, ChatRequest request, CancellationToken cancellation)
        : IAsyncEnumerable<Chunk>, IAsyncEnumerator<Chunk>
    {
        private IAsyncEnumerator<Chunk>? _chunks;

        public Chunk Current => _chunks!.Current;

        public IAsyncEnumerator<Chunk> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => _chunks?.MoveNextAsync() ?? FirstAsync();

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (_chunks is not null)
                    await _chunks.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                place.Leave();
            }
        }

        private async ValueTask<bool> FirstAsync()
        {
            await place.EnterAsync(cancellation).ConfigureAwait(false);
            _chunks = backend.StreamAsync(request, cancellation).GetAsyncEnumerator(CancellationToken.None);
            return await _chunks.MoveNextAsync().ConfigureAwait(false);
        }
    }
}
