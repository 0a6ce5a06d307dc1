using System.Runtime.CompilerServices;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>Reads an answer that is not streamed: one object, passed on as it came.</summary>
internal static class CompletionReader
{
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>The one chunk.</summary>
    public static async IAsyncEnumerable<Chunk> ReadAsync(
        HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var json = await ReadBodyAsync(response, cancellation).ConfigureAwait(false);
        var facts = ChunkScanner.Scan(json.Span);
        yield return new Chunk(json, facts with { HasContent = true });
    }

    /// <summary>The whole body, at most 16 MiB.</summary>
    /// <exception cref="BackendException">It is larger, or stops before its end.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = new MemoryStream();
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                body.Write(buffer, 0, read);
                if (body.Length > MaxBytes)
                    throw ChunkScanner.NotTheProtocol("an answer of more than 16 MiB");
            }
        }
        catch (IOException failure)
        {
            throw UpstreamHttp.Truncated(failure);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
