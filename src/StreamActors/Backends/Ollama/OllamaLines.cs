using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>An answer that was to be one object and came in lines all the same, as some servers that speak Ollama's protocol send every answer.</summary>
internal static class OllamaLines
{
    /// <summary>Whether a body holds more than one value, each in a line.</summary>
    public static bool Are(ReadOnlySpan<byte> body)
    {
        var json = body.Trim(" \t\r\n"u8);
        return json is [(byte)'{', ..] && JsonExtent.Of(json) is > 0 and var first && first < json.Length && json[..first].IndexOf((byte)'\n') < 0;
    }

    /// <summary>Puts the lines together.</summary>
    /// <exception cref="BackendException">As of a stream.</exception>
    public static Chunk Together(ReadOnlyMemory<byte> body, OllamaChunks chunks, AnswerLimits limits)
    {
        var whole = new CompletionAssembler(limits, choices: 1);
        for (var rest = body; !chunks.Done;)
        {
            if (rest.IsEmpty)
                throw UpstreamHttp.Truncated(new EndOfStreamException("No line says that the answer is done."));
            var end = rest.Span.IndexOf((byte)'\n') is >= 0 and var found ? found : rest.Length;
            if (chunks.Delta(rest[..end]) is { } chunk)
                whole.Add(chunk.Json);
            rest = rest[Math.Min(end + 1, rest.Length)..];
        }

        if (chunks.Usage() is { } usage)
            whole.Add(usage.Json);
        return whole.ToChunk();
    }
}
