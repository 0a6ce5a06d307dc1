using System.Runtime.CompilerServices;
using StreamActors.Dispatch;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>How the model's side of a stream ended.</summary>
/// <param name="Completed">The backend yielded its last chunk and threw nothing.</param>
/// <param name="Failure">What the backend threw, other than because it was cancelled.</param>
public sealed record UpstreamEnd(bool Completed, Exception? Failure)
{
    /// <summary>It failed after it had yielded something.</summary>
    public bool Begun { get; init; }
}

/// <summary>Where the reading of a backend's answer stands.</summary>
internal enum UpstreamStep
{
    Idle,
    Waiting,
    HasChunk,
    Exhausted,
    Closing,
    Closed,
}

/// <summary>
/// Walks a backend's chunks without a task per chunk and disposes the enumerator exactly once, also where the stage that
/// walks it is gone before. All members but the completion callback are for the stage's own thread.
/// </summary>
/// <param name="chunks">The answer.</param>
/// <param name="upstream">Source of the token the backend was given.</param>
/// <param name="stepped">Called from any thread when something awaited is there; the stage then calls <see cref="Settle"/>.</param>
internal sealed class UpstreamReader(IAsyncEnumerable<Chunk> chunks, CancellationTokenSource upstream, Action<UpstreamReader> stepped)
{
    private readonly Lock _outside = new();
    private IAsyncEnumerator<Chunk>? _chunks;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _move;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _disposal;
    private Action? _onCompleted;
    private bool _begun;
    private bool _completed;
    private Exception? _failure;
    private int _pending;
    private Action<UpstreamEnd>? _abandoned;

    public UpstreamStep Step { get; private set; }

    /// <summary>How it ended, when the enumerator has been disposed.</summary>
    public UpstreamEnd? End { get; private set; }

    /// <summary>Asks for the next chunk.</summary>
    public void Advance()
    {
        try
        {
            _chunks ??= chunks.GetAsyncEnumerator(CancellationToken.None);
            _move = _chunks.MoveNextAsync().ConfigureAwait(false).GetAwaiter();
        }
        catch (Exception failure)
        {
            Fail(failure);
            return;
        }

        Step = UpstreamStep.Waiting;
        if (_move.IsCompleted)
            Settle();
        else
            Await(_move);
    }

    /// <summary>The chunk that is there.</summary>
    public Chunk Take()
    {
        Step = UpstreamStep.Idle;
        _begun = true;
        return _chunks!.Current;
    }

    /// <summary>Takes note of what was awaited.</summary>
    public void Settle()
    {
        try
        {
            if (Step == UpstreamStep.Waiting)
            {
                Step = _move.GetResult() ? UpstreamStep.HasChunk : UpstreamStep.Exhausted;
                _completed = Step == UpstreamStep.Exhausted;
            }
            else if (Step == UpstreamStep.Closing)
            {
                _disposal.GetResult();
                Closed();
            }
        }
        catch (Exception failure)
        {
            var closing = Step == UpstreamStep.Closing;
            Fail(failure);
            if (closing)
                Closed();
        }
    }

    /// <summary>Disposes the enumerator; not while a chunk is awaited.</summary>
    public void Close()
    {
        if (Step is UpstreamStep.Closing or UpstreamStep.Closed)
            return;
        Step = UpstreamStep.Closing;
        try
        {
            // Also one that has made no step: whoever stands behind it may want to know that it never will.
            _chunks ??= chunks.GetAsyncEnumerator(CancellationToken.None);
            _disposal = _chunks.DisposeAsync().ConfigureAwait(false).GetAwaiter();
        }
        catch (Exception failure)
        {
            Fail(failure);
            Closed();
            return;
        }

        if (_disposal.IsCompleted)
            Settle();
        else
            Await(_disposal);
    }

    /// <summary>The stage is gone: whatever is still awaited is finished without it.</summary>
    /// <param name="closed">Called when the enumerator has been disposed.</param>
    public void Abandon(Action<UpstreamEnd> closed)
    {
        if (End is { } end)
        {
            closed(end);
            return;
        }

        Interlocked.Exchange(ref _abandoned, closed);
        upstream.CancelSafely();
        if (Volatile.Read(ref _pending) == 0)
            FinishOutside();
    }

    private void Await<TAwaiter>(TAwaiter awaiter)
        where TAwaiter : ICriticalNotifyCompletion
    {
        Volatile.Write(ref _pending, 1);
        awaiter.UnsafeOnCompleted(_onCompleted ??= OnCompleted);
    }

    private void OnCompleted()
    {
        Interlocked.Exchange(ref _pending, 0);
        using (RunToCompletion.Begin())
        {
            if (Volatile.Read(ref _abandoned) is null)
                stepped(this);
            else
                FinishOutside();
        }
    }

    private void FinishOutside()
    {
        lock (_outside)
        {
            if (Volatile.Read(ref _pending) != 0)
                return;
            Settle();
            if (Step is not (UpstreamStep.Closing or UpstreamStep.Closed))
                Close();
        }
    }

    /// <summary>The answer is of no use any more; what it failed of first counts.</summary>
    public void Fail(Exception failure)
    {
        if (_failure is null && !(failure is OperationCanceledException && upstream.IsCancellationRequested))
            _failure = _completed ? null : failure;
        if (Step != UpstreamStep.Closed)
            Step = UpstreamStep.Exhausted;
    }

    private void Closed()
    {
        Step = UpstreamStep.Closed;
        End = new UpstreamEnd(_completed && _failure is null, _failure) { Begun = _begun && _failure is not null };
        _abandoned?.Invoke(End);
    }
}
