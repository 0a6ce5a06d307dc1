using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>
/// The answer of a backend that may block: each of its steps, and what it does when it is cancelled, runs on threads of its own.
/// </summary>
/// <param name="backend">Whose code runs.</param>
/// <param name="request">What to ask.</param>
/// <param name="cancellation">Cancelled by actors, which must not wait for foreign callbacks.</param>
internal sealed class OwnThreadsAnswer(IBackend backend, ChatRequest request, CancellationToken cancellation) : IAsyncEnumerator<Chunk>
{
    private readonly OwnThreads _threads = new($"backend {backend.Name}");
    private readonly CancellationTokenSource _cancelled = new();
    private CancellationTokenRegistration _registration;
    private Task _cancelling = Task.CompletedTask;
    private IAsyncEnumerator<Chunk>? _chunks;

    public Chunk Current => _chunks!.Current;

    public ValueTask<bool> MoveNextAsync() => new(_threads.RunAsync(() =>
    {
        _chunks ??= Begin();
        return _chunks.MoveNextAsync();
    }));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _threads.RunAsync(DisposeChunksAsync).ConfigureAwait(false);
        }
        finally
        {
            await _registration.DisposeAsync().ConfigureAwait(false);
            // A callback that does not return holds a thread: the call is not over before it does.
            await _cancelling.ConfigureAwait(false);
            _threads.Dispose();
        }
    }

    private IAsyncEnumerator<Chunk> Begin()
    {
        _registration = cancellation.UnsafeRegister(static answer => ((OwnThreadsAnswer)answer!).Cancel(), this);
        return backend.StreamAsync(request, _cancelled.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    private void Cancel() => _cancelling = _threads.CancelAsync(_cancelled);

    private async ValueTask<bool> DisposeChunksAsync()
    {
        if (_chunks is not null)
            await _chunks.DisposeAsync();
        return true;
    }
}
