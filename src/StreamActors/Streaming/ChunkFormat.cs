using System.Buffers;
using System.Text;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>
/// How the chunks of one answer become bytes of its response. Called by one writer at a time, in the order of the chunks; one
/// that keeps something between two chunks belongs to one response.
/// </summary>
public interface IChunkFormat
{
    /// <summary>
    /// Sent into silence. Empty where the protocol has nothing that says nothing: then the status is held back until the first
    /// content or the ending.
    /// </summary>
    ReadOnlyMemory<byte> Heartbeat { get; }

    /// <summary>Adds what one chunk is in this format, which may be nothing.</summary>
    /// <exception cref="Exception">It cannot be said in this format; the answer then fails.</exception>
    void Write(in Chunk chunk, IBufferWriter<byte> body);
}

/// <summary>Each chunk is one server-sent event, unaltered. Comments fill the silence.</summary>
public sealed class EventStreamFormat : IChunkFormat
{
    public static readonly EventStreamFormat Instance = new();

    private EventStreamFormat()
    {
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Heartbeat { get; } = ": heartbeat\n\n"u8.ToArray();

    /// <inheritdoc/>
    public void Write(in Chunk chunk, IBufferWriter<byte> body)
    {
        if (chunk.EventType is { } type)
        {
            body.Write("event: "u8);
            Encoding.UTF8.GetBytes(type, body);
            body.Write("\n"u8);
        }

        // A payload of several lines is as many data lines; anything else would change it. A CR alone ends a line too.
        var rest = chunk.Json.Span;
        for (var end = rest.IndexOfAny((byte)'\n', (byte)'\r'); end >= 0; end = rest.IndexOfAny((byte)'\n', (byte)'\r'))
        {
            AddDataLine(body, rest[..end]);
            rest = rest[(end + 1)..];
        }

        AddDataLine(body, rest);
        body.Write("\n"u8);
    }

    private static void AddDataLine(IBufferWriter<byte> body, ReadOnlySpan<byte> line)
    {
        body.Write("data: "u8);
        body.Write(line);
        body.Write("\n"u8);
    }
}

/// <summary>Chunks follow one another as they are: the one object of an answer that is not streamed.</summary>
public sealed class UnframedFormat : IChunkFormat
{
    public static readonly UnframedFormat Instance = new();

    private UnframedFormat()
    {
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Heartbeat => default;

    /// <inheritdoc/>
    public void Write(in Chunk chunk, IBufferWriter<byte> body) => body.Write(chunk.Json.Span);
}
