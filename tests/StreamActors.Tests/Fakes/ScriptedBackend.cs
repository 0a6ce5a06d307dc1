using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Tests.Fakes;

/// <summary>A backend whose every call is played by the test.</summary>
internal sealed class ScriptedBackend(string name = "fake") : IBackend
{
    private readonly Channel<BackendCall> _calls = Channel.CreateUnbounded<BackendCall>();
    private readonly ConcurrentDictionary<BackendCall, bool> _live = new();
    private int _mostLive;

    public string Name => name;

    public bool MayBlock => false;

    /// <summary>Calls whose enumerator is not disposed yet.</summary>
    public ICollection<BackendCall> Live => _live.Keys;

    /// <summary>The most calls that honour cancellation that were live, their enumerators not disposed, at once.</summary>
    public int MostLive => Volatile.Read(ref _mostLive);

    /// <summary>Decides for the calls to come whether they honour cancellation.</summary>
    public bool IgnoresCancellation { get; set; }

    /// <summary>The next call.</summary>
    public async Task<BackendCall> NextCallAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    public bool TryNextCall(out BackendCall? call) => _calls.Reader.TryRead(out call);

    public async IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var call = new BackendCall(request, cancellation, IgnoresCancellation);
        _live.TryAdd(call, true);
        var live = _live.Keys.Count(c => !c.IgnoresCancellation);
        for (var most = MostLive; live > most && Interlocked.CompareExchange(ref _mostLive, live, most) != most; most = MostLive)
        {
        }

        _calls.Writer.TryWrite(call);
        try
        {
            await foreach (var chunk in call.ReadAsync())
                yield return chunk;
        }
        finally
        {
            _live.TryRemove(call, out _);
            call.MarkDisposed();
        }
    }

    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ModelEntry>>(["model"]);
}

/// <summary>One call to a <see cref="ScriptedBackend"/>.</summary>
internal sealed class BackendCall(ChatRequest request, CancellationToken cancellation, bool ignoresCancellation)
{
    private readonly Channel<Chunk> _chunks = Channel.CreateUnbounded<Chunk>();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChatRequest Request => request;

    public CancellationToken Cancellation => cancellation;

    public bool IgnoresCancellation => ignoresCancellation;

    /// <summary>Completes when the pump has let go of the call: what an upstream connection's close would be.</summary>
    public Task Disposed => _disposed.Task;

    public void Say(string text) => _chunks.Writer.TryWrite(new Chunk(
        Encoding.UTF8.GetBytes($$$"""{"choices":[{"delta":{"content":"{{{text}}}"}}]}"""), new ChunkFacts(HasContent: true)));

    public void Finish() => _chunks.Writer.TryComplete();

    public void Fail(Exception failure) => _chunks.Writer.TryComplete(failure);

    internal IAsyncEnumerable<Chunk> ReadAsync() =>
        _chunks.Reader.ReadAllAsync(ignoresCancellation ? CancellationToken.None : cancellation);

    internal void MarkDisposed() => _disposed.TrySetResult();
}
