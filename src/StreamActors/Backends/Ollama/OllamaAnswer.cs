using System.Runtime.CompilerServices;
using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>Reads a streamed answer: one JSON object a line. It is complete when a line has said <c>"done":true</c>, and only then.</summary>
internal static class OllamaAnswer
{
    /// <summary>The chunks; each is valid until the next is asked for.</summary>
    public static async IAsyncEnumerable<Chunk> ReadAsync(
        HttpResponseMessage response, OllamaChunks chunks, AnswerLimits limits, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var lines = new LineReader(body, limits);
        while (!chunks.Done)
        {
            if (!await NextAsync(lines, cancellation).ConfigureAwait(false) || (lines.IsCut && !IsWhole(lines.Line)))
                throw UpstreamHttp.Truncated(new EndOfStreamException("The body ended before a line said that it is done."));
            if (chunks.Delta(lines.Line) is { } chunk)
                yield return chunk;
        }

        if (chunks.Usage() is { } usage)
            yield return usage;
        await UpstreamBody.ReadRestAsync(body, cancellation).ConfigureAwait(false);
    }

    private static async ValueTask<bool> NextAsync(LineReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw UpstreamHttp.Truncated(failure);
        }
    }

    /// <summary>Whether a line that the body's end may have cut off is all there.</summary>
    private static bool IsWhole(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var _ = ChunkJson.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
