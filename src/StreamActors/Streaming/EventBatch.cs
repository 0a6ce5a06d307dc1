using System.Buffers;
using System.Text;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>
/// What one element of the token path carries: every chunk that was there without waiting, ready to be written. One object
/// for a whole stream; filled by the source, emptied when the sink asks for more.
/// </summary>
/// <param name="eventStream">True: each chunk becomes one server-sent event; false: chunks follow one another.</param>
public sealed class EventBatch(bool eventStream)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    /// <summary>The bytes to write.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Whether any chunk in it has content.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Adds one chunk, framed.</summary>
    public void Add(in Chunk chunk)
    {
        HasContent |= chunk.Facts.HasContent;
        if (!eventStream)
        {
            _bytes.Write(chunk.Json.Span);
            return;
        }

        if (chunk.EventType is { } type)
        {
            _bytes.Write("event: "u8);
            Encoding.UTF8.GetBytes(type, _bytes);
            _bytes.Write("\n"u8);
        }

        // A payload of several lines is as many data lines; anything else would change it.
        var rest = chunk.Json.Span;
        for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            AddDataLine(rest[..end]);
            rest = rest[(end + 1)..];
        }

        AddDataLine(rest);
        _bytes.Write("\n"u8);
    }

    /// <summary>Empties it for the next element.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        HasContent = false;
    }

    private void AddDataLine(ReadOnlySpan<byte> line)
    {
        _bytes.Write("data: "u8);
        _bytes.Write(line);
        _bytes.Write("\n"u8);
    }
}
