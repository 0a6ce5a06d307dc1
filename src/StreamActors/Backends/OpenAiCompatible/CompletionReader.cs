using System.Runtime.CompilerServices;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>Reads an answer that is not streamed: one object, passed on as it came.</summary>
internal static class CompletionReader
{
    /// <summary>Sends the request; the one chunk of its answer, behind its headers where it has any for the caller.</summary>
    public static async IAsyncEnumerable<Chunk> ReadAsync(
        HttpClient http, HttpRequestMessage message, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var sent = message;
        using var response = await UpstreamHttp.AskAsync(http, message, cancellation).ConfigureAwait(false);
        if (AllowanceHeaders.Of(response) is { Count: > 0 } headers)
            yield return Chunk.OfHeaders(headers);
        var json = await UpstreamBody.ReadAsync(response, cancellation).ConfigureAwait(false);
        var facts = ChunkScanner.Scan(json.Span);
        yield return new Chunk(json, facts with { HasContent = true });
    }
}
