using System.Runtime.CompilerServices;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// The body of a streamed answer, read into its chunks. It is complete when the server said <c>[DONE]</c>, closed properly after a finish reason for
/// every choice, or said nothing more for a second after those. Steps whose event is there already wait for nothing.
/// </summary>
/// <param name="response">Disposed with it.</param>
/// <param name="body">The response's.</param>
/// <param name="errors">What it means where the body is no answer.</param>
/// <param name="events">Reads it; may hold its first bytes.</param>
/// <param name="time">For the wait after the finish reasons.</param>
/// <param name="cancellation">Closes the connection.</param>
internal sealed class AnswerBody(
    HttpResponseMessage response, Stream body, AnswerErrors errors, AnswerEvents events, TimeProvider time, CancellationToken cancellation) : IAsyncDisposable
{
    /// <summary>A report on an answer's cost may come some time after the answer.</summary>
    private static readonly TimeSpan AfterFinish = TimeSpan.FromSeconds(1);

    private CancellationTokenSource? _afterFinish;
    private CancellationTokenRegistration _either;
    private bool _ended;

    /// <summary>Valid until the next is asked for.</summary>
    public Chunk Current { get; private set; }

    /// <summary>Makes the response's headers for the caller the first chunk. False: it has none.</summary>
    public bool TryGiveHeaders()
    {
        if (AllowanceHeaders.Of(response) is not { Count: > 0 } headers)
            return false;
        Current = Chunk.OfHeaders(headers);
        return true;
    }

    /// <summary>Goes on to the next chunk. False: the answer is complete.</summary>
    /// <exception cref="BackendException">It is not.</exception>
    public ValueTask<bool> MoveNextAsync() => TryTake() ? ValueTask.FromResult(true) : ReadAsync();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await body.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            if (events.Dropped > 0)
                errors.NoteLeftOut(events.Dropped);
            response.Dispose();
            events.Dispose();
            ForgetWait();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadAsync()
    {
        var wait = BoundAfterFinish();
        while (!events.IsDone && !_ended)
        {
            var read = 0;
            try
            {
                read = await body.ReadAsync(events.Room(), wait).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (events.AwaitsNothing && !cancellation.IsCancellationRequested)
            {
                // Nothing of the answer is missing.
                return false;
            }
            catch (IOException failure)
            {
                throw UpstreamHttp.Truncated(failure);
            }

            Added(read);
            if (TryTake())
                return true;
        }

        if (_ended && events.IsForeign && (events.Dropped > 0 || !IsEventStream))
            throw errors.NotAnAnswer(response, events.LastWords);
        events.ThrowIfIncomplete();
        if (!_ended)
            await UpstreamBody.ReadRestAsync(body, cancellation).ConfigureAwait(false);
        return false;
    }

    private bool IsEventStream => response.Content.Headers.ContentType?.MediaType == "text/event-stream";

    private bool TryTake()
    {
        if (!events.TryTake(out var chunk))
            return false;
        Current = chunk;
        return true;
    }

    private void Added(int read)
    {
        _ended = read == 0;
        if (_ended)
            events.BodyEnded();
        else
            events.Added(read);
    }

    /// <summary>A wait that only the next event makes longer: comments do not.</summary>
    private CancellationToken BoundAfterFinish()
    {
        if (!events.AwaitsNothing)
            return cancellation;
        // The time that a slow client took is not the server's: what came meanwhile is still read.
        if (_afterFinish is { IsCancellationRequested: true })
            ForgetWait();
        if (_afterFinish is null)
        {
            var wait = _afterFinish = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            _either = cancellation.UnsafeRegister(static wait => ((CancellationTokenSource)wait!).Cancel(), wait);
        }

        _afterFinish.CancelAfter(AfterFinish);
        return _afterFinish.Token;
    }

    private void ForgetWait()
    {
        // First the registration: it ends once no cancellation is under way that would touch what is disposed.
        _either.Dispose();
        _afterFinish?.Dispose();
        _afterFinish = null;
    }
}
