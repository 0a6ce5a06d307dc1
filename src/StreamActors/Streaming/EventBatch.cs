using System.Buffers;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>
/// What one element of the token path carries: every chunk that was there without waiting, ready to be written. One object
/// for a path; filled by the source, emptied when the sink asks for more.
/// </summary>
public sealed class EventBatch
{
    private const int Small = 1024;
    private const int MostKept = 64 * 1024;

    private ArrayBufferWriter<byte> _bytes = new(Small);
    private IChunkFormat? _format;

    /// <summary>The bytes to write.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Whether any chunk in it has content.</summary>
    public bool HasContent { get; private set; }

    /// <summary>The backend has said all and is closed: nothing follows but the response's end, with which the bytes may go out.</summary>
    public bool IsLast { get; set; }

    /// <summary>What became of the last write.</summary>
    public WriteResult Output { get; set; }

    /// <summary>Makes it ready for another answer.</summary>
    /// <param name="format">What the chunks become.</param>
    public void Begin(IChunkFormat format)
    {
        _format = format;
        Output = WriteResult.Written;
        Clear();
    }

    /// <summary>Adds one chunk.</summary>
    public void Add(in Chunk chunk)
    {
        HasContent |= chunk.Facts.HasContent;
        _format!.Write(chunk, _bytes);
    }

    /// <summary>Empties it for the next element.</summary>
    public void Clear()
    {
        // What a large chunk needed is not kept for those after it.
        if (_bytes.Capacity > MostKept)
            _bytes = new(Small);
        else
            _bytes.ResetWrittenCount();
        (HasContent, IsLast) = (false, false);
    }
}
