using System.Runtime.CompilerServices;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// A streamed answer: server-sent events, each an OpenAI chunk object, passed on as it came. Comments are not content. It is complete when the
/// server said <c>[DONE]</c>, or closed properly after a finish reason for every choice. The first step sends the request; of the
/// later ones, those whose event is there already wait for nothing.
/// </summary>
/// <param name="http">Sends.</param>
/// <param name="message">The request; disposed with the answer.</param>
/// <param name="choices">How many choices were asked for.</param>
/// <param name="cancellation">Closes the connection.</param>
internal sealed class EventStreamAnswer(HttpClient http, HttpRequestMessage message, int choices, CancellationToken cancellation)
    : IAsyncEnumerable<Chunk>, IAsyncEnumerator<Chunk>
{
    private static readonly TimeSpan AfterDone = TimeSpan.FromMilliseconds(50);

    private readonly EventBuffer _events = new();
    private HttpResponseMessage? _response;
    private Stream? _body;
    private UInt128 _finished;
    private bool _done;

    /// <summary>Valid until the next is asked for.</summary>
    public Chunk Current { get; private set; }

    public IAsyncEnumerator<Chunk> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

    public ValueTask<bool> MoveNextAsync() =>
        _body is null ? FirstAsync() : TryTake() ? ValueTask.FromResult(true) : ReadAsync();

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_body is not null)
                await _body.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _response?.Dispose();
            message.Dispose();
            _events.Dispose();
        }
    }

    private async ValueTask<bool> FirstAsync()
    {
        _response = await UpstreamHttp.AskAsync(http, message, cancellation).ConfigureAwait(false);
        if (_response.Content.Headers.ContentType?.MediaType == "application/json")
            throw UpstreamHttp.NotTheProtocol("one JSON object where an event stream was asked for");
        _body = await _response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        if (AllowanceHeaders.Of(_response) is { Count: > 0 } headers)
        {
            Current = Chunk.OfHeaders(headers);
            return true;
        }

        return await ReadAsync().ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadAsync()
    {
        while (!_done)
        {
            var read = 0;
            try
            {
                read = await _body!.ReadAsync(_events.Room(), cancellation).ConfigureAwait(false);
            }
            catch (IOException failure)
            {
                throw UpstreamHttp.Truncated(failure);
            }

            if (read == 0)
            {
                return UInt128.PopCount(_finished) < (UInt128)choices
                    ? throw UpstreamHttp.Truncated(new EndOfStreamException("The event stream ended without [DONE] or finish reason."))
                    : false;
            }

            _events.Added(read);
            if (TryTake())
                return true;
        }

        await ReadRestAsync().ConfigureAwait(false);
        return false;
    }

    /// <summary>Takes the next chunk that is there.</summary>
    private bool TryTake()
    {
        while (!_done && _events.TryRead())
        {
            var data = _events.Data;
            if (data.Span.Trim((byte)' ').SequenceEqual("[DONE]"u8))
            {
                _done = true;
                return false;
            }

            if (_events.Type == "error")
                throw new BackendException(EndReason.BackendError, "The backend sent an error event in its answer.") { Begun = true };
            var facts = ChunkScanner.Scan(data.Span);
            _finished |= facts.FinishedChoices;
            Current = new Chunk(data, facts, _events.Type);
            return true;
        }

        return false;
    }

    /// <summary>
    /// The answer is whole. Who reads the body to its end can use the connection again; a server that keeps it open, closes it rudely or sends
    /// something more is not waited for.
    /// </summary>
    private async ValueTask ReadRestAsync()
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(AfterDone);
        try
        {
            var rest = new byte[256];
            while (await _body!.ReadAsync(rest, bound.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception)
        {
            // Whatever it is, it comes after the end.
        }
    }
}
