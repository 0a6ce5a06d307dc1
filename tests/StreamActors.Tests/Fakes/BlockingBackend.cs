using System.Runtime.CompilerServices;
using System.Threading.Channels;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Tests.Fakes;

/// <summary>Where a <see cref="BlockingBackend"/> holds its thread.</summary>
public enum BlockAt
{
    Nowhere,
    Asking,
    FirstStep,
    MiddleStep,
    AfterAnAwait,
    OnThePool,
    Disposing,
    BeingCancelled,
    BeingCancelledUnawaited,
}

/// <summary>A backend that holds its thread, as code that waits without awaiting does, until the test lets it go.</summary>
internal sealed class BlockingBackend(string name = "fake") : IBackend, IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<BlockAt> _blocked = Channel.CreateUnbounded<BlockAt>();

    public string Name => name;

    /// <summary>Where the calls to come are to block.</summary>
    public BlockAt Where { get; set; }

    /// <summary>Waits until a call holds its thread.</summary>
    public async Task BlockedAsync() => await _blocked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>Lets go of all threads, now and from now on.</summary>
    public void Release()
    {
        _release.Set();
        _released.TrySetResult();
    }

    /// <summary>Holds the threads of calls to come again.</summary>
    public void Hold()
    {
        _release.Reset();
        _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, CancellationToken cancellation)
    {
        var where = Where;
        Block(where, BlockAt.Asking);
        return AnswerAsync(where, cancellation);
    }

    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation)
    {
        Block(Where, BlockAt.Asking);
        return Task.FromResult<IReadOnlyList<ModelEntry>>(["model"]);
    }

    public void Dispose() => _release.Dispose();

    private async IAsyncEnumerable<Chunk> AnswerAsync(BlockAt where, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var registration = cancellation.Register(() => Block(where, BlockAt.BeingCancelled));
        cancellation.Register(() => Block(where, BlockAt.BeingCancelledUnawaited));
        try
        {
            Block(where, BlockAt.FirstStep);
            yield return ChunkOf("one");
            Block(where, BlockAt.MiddleStep);
            await Task.Yield();
            Block(where, BlockAt.AfterAnAwait);
            await Task.Run(() => { }, CancellationToken.None).ConfigureAwait(where != BlockAt.OnThePool);
            Block(where, BlockAt.OnThePool);
            if (where is BlockAt.Disposing or BlockAt.BeingCancelledUnawaited)
                await Task.Delay(Timeout.Infinite, cancellation);
            if (where == BlockAt.BeingCancelled)
                await _released.Task;
            yield return ChunkOf("two");
        }
        finally
        {
            Block(where, BlockAt.Disposing);
        }
    }

    private void Block(BlockAt where, BlockAt here)
    {
        if (where != here || _release.IsSet)
            return;
        _blocked.Writer.TryWrite(here);
        _release.Wait();
    }

    private static Chunk ChunkOf(string text) => new(
        System.Text.Encoding.UTF8.GetBytes($$$"""{"choices":[{"delta":{"content":"{{{text}}}"}}]}"""), new ChunkFacts(HasContent: true));
}
