using System.Runtime.CompilerServices;
using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>Reads a streamed answer: one JSON object a line. It is complete when a line has said <c>"done":true</c>, and only then.</summary>
internal static class OllamaAnswer
{
    private static readonly TimeSpan AfterDone = TimeSpan.FromMilliseconds(50);

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
        await FinishAsync(body, cancellation).ConfigureAwait(false);
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

    /// <summary>Gives the body a moment to end, so that the connection can be used again; nothing of the answer is missing.</summary>
    private static async Task FinishAsync(Stream body, CancellationToken cancellation)
    {
        using var moment = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        moment.CancelAfter(AfterDone);
        var rest = new byte[256];
        try
        {
            while (await body.ReadAsync(rest, moment.Token).ConfigureAwait(false) > 0)
            {
                // Whatever a server says after its last word is not part of the answer.
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // It is closed by us, or was closed rudely.
        }
    }
}
