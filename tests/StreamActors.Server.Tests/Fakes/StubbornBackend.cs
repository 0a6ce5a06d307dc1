using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Tests.Fakes;

/// <summary>
/// A backend that pays no heed to cancellation: each of its calls goes on until the test lets it go. It serves the model <c>stubborn</c>.
/// </summary>
/// <param name="blocks">Its calls block the thread they are made on; else they only never return.</param>
internal sealed class StubbornBackend(bool blocks = false) : IBackend
{
    public const string Model = "stubborn";

    private readonly Channel<StubbornCall> _calls = Channel.CreateUnbounded<StubbornCall>();

    public string Name => Model;

    /// <summary>The next call.</summary>
    public async Task<StubbornCall> NextCallAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    public IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, CancellationToken cancellation)
    {
        var call = new StubbornCall(blocks);
        _calls.Writer.TryWrite(call);
        return call;
    }

    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ModelEntry>>([Model]);
}

/// <summary>One call to a <see cref="StubbornBackend"/>.</summary>
internal sealed class StubbornCall(bool blocks) : IAsyncEnumerable<Chunk>, IAsyncEnumerator<Chunk>, IDisposable
{
    private readonly ConcurrentQueue<Chunk> _chunks = new();
    private readonly SemaphoreSlim _said = new(0);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Chunk Current { get; private set; }

    /// <summary>Completes when the server has let go of the call.</summary>
    public Task Disposed => _disposed.Task;

    public void Say(string text)
    {
        _chunks.Enqueue(new Chunk(Encoding.UTF8.GetBytes(Chunks.Content(text)), new ChunkFacts(HasContent: true)));
        _said.Release();
    }

    /// <summary>The call returns: the model has finished.</summary>
    public void Dispose() => _said.Release();

    public IAsyncEnumerator<Chunk> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

    public async ValueTask<bool> MoveNextAsync()
    {
        if (blocks)
            _said.Wait(CancellationToken.None);
        else
            await _said.WaitAsync(CancellationToken.None);
        var more = _chunks.TryDequeue(out var chunk);
        Current = chunk;
        return more;
    }

    public ValueTask DisposeAsync()
    {
        _disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
