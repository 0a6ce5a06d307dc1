using System.Buffers;
using System.Buffers.Text;

namespace StreamActors.Conformance.Backend;

/// <summary>Incremental decoder of a chunked request body.</summary>
internal sealed class ChunkedBody(int start)
{
    private const int MaxLine = 4096;

    private readonly ArrayBufferWriter<byte> _content = new();
    private bool _inTrailers;

    /// <summary>Offset in the input up to which the body has been decoded.</summary>
    public int Position { get; private set; } = start;

    public byte[] Content => _content.WrittenSpan.ToArray();

    /// <summary>Decodes all complete chunks and tells whether the body is complete.</summary>
    public bool Advance(ReadOnlySpan<byte> input)
    {
        while (true)
        {
            var rest = input[Position..];
            var lineLength = rest.IndexOf("\r\n"u8);
            if (lineLength < 0 || lineLength > MaxLine)
            {
                return rest.Length <= MaxLine ? false : throw new BadRequestException(400, "chunk line too long");
            }

            var next = lineLength + 2;
            if (_inTrailers)
            {
                Position += next;
                if (lineLength == 0)
                {
                    return true;
                }

                continue;
            }

            var size = ChunkSize(rest[..lineLength]);
            if (_content.WrittenCount + size > RequestParser.MaxBody)
            {
                throw RequestParser.BodyTooLarge();
            }

            if (size == 0)
            {
                _inTrailers = true;
                Position += next;
                continue;
            }

            if (rest.Length < next + size + 2)
            {
                return false;
            }

            _content.Write(rest.Slice(next, size));
            Position += next + size + 2;
        }
    }

    private static int ChunkSize(ReadOnlySpan<byte> line)
    {
        var semicolon = line.IndexOf((byte)';');
        var digits = (semicolon < 0 ? line : line[..semicolon]).Trim((byte)' ');
        return Utf8Parser.TryParse(digits, out int size, out var used, 'x') && used == digits.Length && size >= 0
            ? size
            : throw new BadRequestException(400, "invalid chunk size");
    }
}
