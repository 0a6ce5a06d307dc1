using System.Runtime.CompilerServices;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Tests.Faults;

/// <summary>A turn whose beginning, or whose hearing of its cancellation, waits for the test.</summary>
internal sealed class HeldTurn(Turn turn) : IDisposable
{
    private readonly CancellationTokenSource _released = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begin = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its cancellation is not heard before <see cref="Release"/>.</summary>
    public bool Deaf { get; set; }

    /// <summary>It does not begin before <see cref="Begin"/>.</summary>
    public bool Late { get; set; }

    /// <summary>Completes when the backend was asked.</summary>
    public Task Asked => _asked.Task;

    public void Begin() => _begin.TrySetResult();

    /// <summary>The cancellation is heard.</summary>
    public void Release() => _released.Cancel();

    public void Dispose() => _released.Dispose();

    public IAsyncEnumerable<Chunk> Run(IBackend backend, ChatRequest request, CancellationToken cancellation)
    {
        var heard = Deaf ? _released.Token : cancellation;
        return Late ? BeginLateAsync(backend, request, heard) : turn(backend, request, heard);
    }

    private async IAsyncEnumerable<Chunk> BeginLateAsync(
        IBackend backend, ChatRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        _asked.TrySetResult();
        await _begin.Task.WaitAsync(cancellation);
        await foreach (var chunk in turn(backend, request, cancellation))
            yield return chunk;
    }
}
