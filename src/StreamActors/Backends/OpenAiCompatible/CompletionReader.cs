using System.Runtime.CompilerServices;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// Reads an answer that is not streamed: one object, which passes unchanged. Where the server streams all the same, its chunks are put together.
/// The body's first byte that is not blank decides, not its label.
/// </summary>
internal static class CompletionReader
{
    private const int MostFirst = 4096;

    /// <summary>Sends the request. Gives the headers that are for the caller, if there are any, then the answer's one chunk.</summary>
    public static async IAsyncEnumerable<Chunk> ReadAsync(
        HttpClient http, HttpRequestMessage message, ChatRequest request, AnswerErrors errors, AnswerLimits limits, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var sent = message;
        using var response = await UpstreamHttp.AskAsync(http, message, cancellation).ConfigureAwait(false);
        if (AllowanceHeaders.Of(response) is { Count: > 0 } headers)
            yield return Chunk.OfHeaders(headers);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var first = await FirstAsync(body, cancellation).ConfigureAwait(false);
        yield return WholeBody.IsJson(first.Span) || request.Kind == RequestKind.Embeddings
            ? WholeBody.Read(await UpstreamBody.ReadAsync(body, first, limits, cancellation).ConfigureAwait(false), request.Kind, errors)
            : await AssembleAsync(response, body, first, request, errors, limits, cancellation).ConfigureAwait(false);
    }

    /// <summary>The first bytes: enough to see more than blanks.</summary>
    private static async Task<ReadOnlyMemory<byte>> FirstAsync(Stream body, CancellationToken cancellation)
    {
        var (bytes, length) = (new byte[MostFirst], 0);
        try
        {
            int read;
            while (length < bytes.Length && WholeBody.IsBlank(bytes.AsSpan(0, length))
                && (read = await body.ReadAsync(bytes.AsMemory(length), cancellation).ConfigureAwait(false)) > 0)
            {
                length += read;
            }
        }
        catch (IOException failure)
        {
            throw UpstreamHttp.Truncated(failure);
        }

        return bytes.AsMemory(0, length);
    }

    private static async Task<Chunk> AssembleAsync(
        HttpResponseMessage response, Stream body, ReadOnlyMemory<byte> first, ChatRequest request, AnswerErrors errors, AnswerLimits limits, CancellationToken cancellation)
    {
        var events = new AnswerEvents(limits, request.Choices, errors, () => true);
        first.CopyTo(events.Room());
        events.Added(first.Length);
        await using var answer = new AnswerBody(response, body, errors, events, limits.Time, cancellation);
        var whole = new CompletionAssembler(limits, request.Choices);
        while (await answer.MoveNextAsync().ConfigureAwait(false))
            whole.Add(answer.Current.Json);
        return whole.ToChunk();
    }
}
