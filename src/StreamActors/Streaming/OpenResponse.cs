using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Akka.Dispatch;
using StreamActors.Dispatch;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>
/// The answer to one request while it is open: the fence between a generation and its client. Whatever a generation
/// produces passes <see cref="WriteAsync"/>; after <see cref="End"/> nothing does, not even from a backend that runs on.
/// One writer at a time holds the gate (the generation's pump, a heartbeat, at last the HTTP layer that closes the response).
/// </summary>
public sealed class OpenResponse : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly TaskCompletionSource<StreamEnding> _ended = new();
    private readonly TaskCompletionSource<bool> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Delivery> _closed = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly HeldBody _body;
    private readonly ResponseFormat _format;
    private readonly ResponseClock _clock;
    private volatile bool _fenced;
    private int _endings;

    /// <param name="trace">The request's id.</param>
    /// <param name="session">Whose session.</param>
    /// <param name="endpoint">The connection.</param>
    /// <param name="format">How to write.</param>
    /// <param name="time">Drives heartbeats and the write timeout.</param>
    public OpenResponse(TraceId trace, SessionKey session, IResponseEndpoint endpoint, ResponseFormat format, TimeProvider time)
    {
        (Trace, Session, _format, _body) = (trace, session, format, new HeldBody(endpoint));
        _clock = new ResponseClock(format, time, () => _ = HeartbeatAsync(), endpoint.ReportTooSlow);
    }

    /// <summary>The request's id.</summary>
    public TraceId Trace { get; }

    /// <summary>Whose session.</summary>
    public SessionKey Session { get; }

    /// <summary>What the chunks become.</summary>
    public IChunkFormat Chunks => _format.Chunks;

    /// <summary>Completes with true when a session has taken the prompt, which from then on sees to the ending; with false when
    /// the HTTP layer waited for that no longer.</summary>
    public Task<bool> Accepted => _accepted.Task;

    /// <summary>Completes with the one ending; the HTTP layer then closes the response.</summary>
    public Task<StreamEnding> Ended => _ended.Task;

    /// <summary>Completes when the HTTP layer has closed the response.</summary>
    public Task<Delivery> Closed => _closed.Task;

    /// <summary>Cancelled when the closing may take no longer than its short bound.</summary>
    public CancellationToken Hurried => _hurry.Token;

    /// <summary>A write was freed for the end's sake: the next flush may say that it was cancelled, and be none.</summary>
    public bool FlushWasFreed { get; private set; }

    /// <summary>The body's writer once status and headers are committed, else null.</summary>
    public PipeWriter? Body => _body.Writer;

    /// <summary>
    /// Sends bytes with one flush. Before the first content they are held back (up to 16 KiB), so that an early failure can
    /// still have its own status. The bytes may be reused when this completes.
    /// </summary>
    /// <param name="bytes">What to send.</param>
    /// <param name="hasContent">Whether a part of the answer is in it.</param>
    /// <param name="flush">False: they may wait for the response's end, which is near.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WriteResult> WriteAsync(ReadOnlyMemory<byte> bytes, bool hasContent, bool flush = true)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_fenced)
                return WriteResult.Fenced;
            if (_body.Writer is null && !hasContent && _body.TryHold(bytes.Span))
                return WriteResult.Written;
            return await FlushAsync(bytes, flush).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whatever the connection throws, nothing more can be sent on it; the abort token of the request says the same.
            return WriteResult.ClientGone;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Headers for a successful answer; without effect once it has begun.</summary>
    public void Offer(IReadOnlyList<KeyValuePair<string, string>> headers) => _body.Offer(headers);

    /// <summary>For the session: takes the prompt. False: its answer is no longer waited for.</summary>
    public bool TryAccept() => _accepted.TrySetResult(true);

    /// <summary>For the HTTP layer: gives up waiting for a session. False: one has taken the prompt after all.</summary>
    public bool TryGiveUp() => _accepted.TrySetResult(false);

    /// <summary>
    /// Ends the response, first call wins: raises the fence, frees a write that waits for the client, and only then lets the
    /// HTTP layer close the response, so that nothing here touches a connection that serves its next request already.
    /// </summary>
    public bool End(StreamEnding ending)
    {
        if (Interlocked.Exchange(ref _endings, 1) != 0)
            return false;
        _fenced = true;
        _clock.Stop();
        Interlocked.MemoryBarrier();
        if (_gate.CurrentCount == 0 && _body.Writer is { } body)
        {
            FlushWasFreed = true;
            body.CancelPendingFlush();
        }

        RunToCompletion.Post(new ActionRunnable(() => _ended.SetResult(ending)));
        return true;
    }

    /// <summary>The closing of an ended response is waited for: give the client only the short bound.</summary>
    public void Hurry() => _hurry.Cancel();

    /// <summary>
    /// For the HTTP layer, after <see cref="Ended"/>: waits until no write is under way. The fence is up by then, so a
    /// later writer passes the gate, sees it and leaves: from here on the caller is the only writer.
    /// </summary>
    /// <param name="begin">Commit status and headers, and write what was held back.</param>
    public async Task<PipeWriter?> TakeOverAsync(bool begin)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            return begin ? _body.Begin() : _body.Writer;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>For the HTTP layer: the response is closed, towards the client nothing is open any more.</summary>
    public void MarkClosed(Delivery delivery)
    {
        using (RunToCompletion.Begin())
            _closed.TrySetResult(delivery);
    }

    /// <inheritdoc/>
    public void Dispose() => _clock.Dispose();

    private async ValueTask<WriteResult> FlushAsync(ReadOnlyMemory<byte> bytes, bool flush)
    {
        var body = _body.Begin();
        body.Write(bytes.Span);
        // Either End sees the body and frees the flush below, or this sees the fence: a flush cannot wait behind it.
        Interlocked.MemoryBarrier();
        if (_fenced)
            return WriteResult.Fenced;
        if (!flush)
            return WriteResult.Written;
        _clock.WriteBegins();
        try
        {
            var flushed = await body.FlushAsync().ConfigureAwait(false);
            return flushed.IsCompleted ? WriteResult.ClientGone : _fenced ? WriteResult.Fenced : WriteResult.Written;
        }
        finally
        {
            _clock.WriteEnds();
        }
    }

    private async Task HeartbeatAsync()
    {
        if (!await _gate.WaitAsync(0).ConfigureAwait(false))
            return;
        try
        {
            if (!_fenced)
                await FlushAsync(_format.Chunks.Heartbeat, flush: true).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The connection is gone; its abort token tells those who need to know.
        }
        finally
        {
            _gate.Release();
        }
    }
}
