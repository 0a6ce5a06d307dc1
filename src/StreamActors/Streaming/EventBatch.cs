using System.Buffers;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>
/// What one element of the token path carries: every chunk that was there without waiting, ready to be written. One object
/// for a whole stream; filled by the source, emptied when the sink asks for more.
/// </summary>
/// <param name="format">What the chunks become.</param>
public sealed class EventBatch(IChunkFormat format)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    /// <summary>The bytes to write.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Whether any chunk in it has content.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Adds one chunk.</summary>
    public void Add(in Chunk chunk)
    {
        HasContent |= chunk.Facts.HasContent;
        format.Write(chunk, _bytes);
    }

    /// <summary>Empties it for the next element.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        HasContent = false;
    }
}
