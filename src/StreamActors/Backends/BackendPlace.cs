using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>
/// One generation's place at its backend. It is left when the backend has let go of the call. A detached one is counted until
/// then, but makes room for others at once.
/// </summary>
public sealed class BackendPlace(BackendLoad load, string owner)
{
    private readonly Lock _lock = new();
    private IDisposable? _lease;
    private bool _running;
    private bool _detached;
    private bool _left;

    /// <summary>The backend's answer. Its first step waits for leave, then sends the request.</summary>
    /// <exception cref="BackendException">In the enumeration: the backend is stuck, or too many wait for it already.</exception>
    public IAsyncEnumerable<Chunk> Run(IBackend backend, ChatRequest request, CancellationToken cancellation) =>
        new Answer(this, load, backend, request, cancellation);

    /// <summary>The generation did not stop in time and is waited for no longer.</summary>
    public void Detach()
    {
        lock (_lock)
        {
            if (_detached || _left)
                return;
            _detached = true;
            load.CountDetached(+1);
            Release();
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (_left)
                return;
            _left = true;
            if (_detached)
                load.CountDetached(-1);
            Release();
        }
    }

    private async ValueTask EnterAsync(CancellationToken cancellation)
    {
        var lease = await load.EnterAsync(owner, cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            (_lease, _running) = (lease, true);
            load.CountRunning(+1);
            if (_detached)
                Release();
        }
    }

    private void Release()
    {
        if (_running)
            load.CountRunning(-1);
        _running = false;
        _lease?.Dispose();
        _lease = null;
    }

    /// <summary>The backend's own enumerator behind the entrance: only the first step costs more.</summary>
    private sealed class Answer(BackendPlace place, BackendLoad load, IBackend backend, ChatRequest request, CancellationToken cancellation)
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
            _chunks = backend.MayBlock
                ? new OwnThreadsAnswer(backend, request, cancellation)
                : backend.StreamAsync(request, cancellation).GetAsyncEnumerator(CancellationToken.None);
            try
            {
                var any = await _chunks.MoveNextAsync().ConfigureAwait(false);
                load.Prompts.Answered();
                return any;
            }
            catch (Exception failure)
            {
                load.Prompts.Failed(failure, withCallersKey: load.Options.PassCallerKey && request.CallerKey is not null);
                throw;
            }
        }
    }
}
