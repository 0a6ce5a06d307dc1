using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// A streamed answer: server-sent events, each an OpenAI chunk object that passes unchanged; or whatever else a server sends in their
/// place, judged by what it says and not by its label. The first step sends the request.
/// </summary>
/// <param name="http">Sends.</param>
/// <param name="message">The request; disposed with the answer.</param>
/// <param name="request">What was asked.</param>
/// <param name="errors">What an answer's errors mean.</param>
/// <param name="limits">How much of an answer is taken.</param>
/// <param name="cancellation">Closes the connection.</param>
internal sealed class EventStreamAnswer(
    HttpClient http, HttpRequestMessage message, ChatRequest request, AnswerErrors errors, AnswerLimits limits, CancellationToken cancellation)
    : IAsyncEnumerable<Chunk>, IAsyncEnumerator<Chunk>
{
    private AnswerBody? _body;

    /// <summary>Valid until the next is asked for.</summary>
    public Chunk Current => _body!.Current;

    public IAsyncEnumerator<Chunk> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

    public ValueTask<bool> MoveNextAsync() => _body?.MoveNextAsync() ?? FirstAsync();

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_body is not null)
                await _body.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            message.Dispose();
        }
    }

    private async ValueTask<bool> FirstAsync()
    {
        var response = await UpstreamHttp.AskAsync(http, message, cancellation).ConfigureAwait(false);
        var events = new AnswerEvents(limits, request.Choices, errors, () => UsageWish.Of(request.Body));
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            _body = new AnswerBody(response, stream, errors, events, limits.Time, cancellation);
        }
        finally
        {
            if (_body is null)
            {
                response.Dispose();
                events.Dispose();
            }
        }

        return _body.TryGiveHeaders() || await _body.MoveNextAsync().ConfigureAwait(false);
    }
}
