using System.Text;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>The body of an answer that is one object.</summary>
internal static class WholeBody
{
    private static readonly byte[] Blanks = [.. " \t\r\n"u8, .. Encoding.UTF8.Preamble];

    /// <summary>There is nothing in it yet.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> first) => first.IndexOfAnyExcept(Blanks) < 0;

    /// <summary>It begins as JSON does.</summary>
    public static bool IsJson(ReadOnlySpan<byte> first) => first.Trim(Blanks) is [(byte)'{' or (byte)'[', ..];

    /// <summary>Reads the answer, which passes unchanged where it is one object.</summary>
    /// <exception cref="BackendException">It is an error, cut, broken, more than one, or answers a prompt without a choice.</exception>
    public static Chunk Read(ReadOnlyMemory<byte> body, RequestKind kind, AnswerErrors errors)
    {
        var scan = ChunkScanner.Scan(body.Span);
        if (scan.Nature is ChunkNature.Chunk or ChunkNature.Whole)
            return new Chunk(body, scan.Facts with { HasContent = true });
        var json = body.Trim(Blanks);
        if (json.IsEmpty)
            throw UpstreamHttp.Truncated(new EndOfStreamException("The body is empty."));
        var odd = new OddPayloads(errors, () => false);
        odd.Begin(json, type: null, isBare: true, mayBeCut: true);
        if (Next(odd) is not { } chunk)
            throw UpstreamHttp.NotTheProtocol("something that is no JSON object");
        // Only the first is passed on. A word after it may be lost, an object may not.
        if (Next(odd) is not null)
            throw UpstreamHttp.NotTheProtocol("more than one object");
        if (kind is RequestKind.Chat or RequestKind.Completion && ChunkScanner.Scan(chunk.Json.Span).Nature == ChunkNature.Other)
            throw (odd.LastWords is { } words ? errors.OfWords(words) : null) ?? errors.NoChoice();
        return new Chunk(scan.Nature == ChunkNature.Other ? body : chunk.Json, chunk.Facts with { HasContent = true });
    }

    private static Chunk? Next(OddPayloads odd)
    {
        while (odd.HasMore)
        {
            // As if content had come before: a whole answer then stays whole.
            if (odd.TryTake(hasContent: true, out var chunk))
                return chunk;
        }

        return null;
    }
}
