using System.Runtime.CompilerServices;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>Reads an answer that is not streamed: one object, passed on as it came.</summary>
internal static class CompletionReader
{
    /// <summary>The one chunk.</summary>
    public static async IAsyncEnumerable<Chunk> ReadAsync(
        HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var json = await UpstreamBody.ReadAsync(response, cancellation).ConfigureAwait(false);
        var facts = ChunkScanner.Scan(json.Span);
        yield return new Chunk(json, facts with { HasContent = true });
    }
}
