using System.Buffers.Text;
using System.Text;

namespace StreamActors.Benchmarks.Load;

/// <summary>
/// Reads one HTTP/1.1 response after another and finds the tokens in it. A token is <c>@</c> and sixteen digits, its time of sending
/// in monotonic microseconds; nothing else in a response holds an <c>@</c>.
/// </summary>
/// <param name="token">Called with each token's time of sending.</param>
internal sealed class AnswerReader(Action<long> token)
{
    private const byte Mark = (byte)'@';
    private const int Digits = 16;
    private const int MaxHead = 16 * 1024;

    private readonly StringBuilder _head = new();
    private Part _part;
    private long _left;
    private int _digits = -1;
    private long _sent;

    private enum Part
    {
        Head,
        Size,
        Chunk,
        ChunkEnd,
        Trailer,
        Whole,
    }

    /// <summary>The status of the response that is being read, or of the last one.</summary>
    public int Status { get; private set; }

    /// <summary>Takes what has come.</summary>
    /// <returns>Whether the response has come to its end.</returns>
    /// <exception cref="InvalidDataException">It is not HTTP as gateways speak it.</exception>
    public bool Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            switch (_part)
            {
                case Part.Head:
                    if (ReadHead(ref bytes) && _part == Part.Head)
                        return true;
                    break;
                case Part.Size:
                    ReadSize(ref bytes);
                    break;
                case Part.Chunk or Part.Whole:
                    if (ReadData(ref bytes) && _part == Part.Head)
                        return true;
                    break;
                case Part.ChunkEnd:
                    if (SkipLine(ref bytes))
                        _part = Part.Size;
                    break;
                case Part.Trailer:
                    if (SkipLine(ref bytes))
                    {
                        _part = Part.Head;
                        return true;
                    }

                    break;
            }
        }

        return false;
    }

    /// <returns>Whether the head is complete; where no body follows, the next part is a head again.</returns>
    private bool ReadHead(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        // A head in two pieces is rare enough to be read byte by byte.
        var take = end >= 0 && _head.Length == 0 ? end + 4 : 1;
        _head.Append(Encoding.Latin1.GetString(bytes[..take]));
        bytes = bytes[take..];
        if (_head.Length > MaxHead)
            throw new InvalidDataException("The response's head has no end.");
        if (_head.Length < 4 || _head[^1] != '\n' || _head[^3] != '\n')
            return false;

        var head = _head.ToString();
        _head.Clear();
        Status = int.Parse(head.AsSpan(9, 3));
        var length = head.IndexOf("content-length:", StringComparison.OrdinalIgnoreCase);
        if (head.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase))
            (_part, _left) = (Part.Size, 0);
        else if (length >= 0)
            _left = long.Parse(head.AsSpan(length + 15, head.IndexOf('\r', length) - length - 15));
        else
            throw new InvalidDataException("The response's body has no length.");
        if (_part == Part.Head && _left > 0)
            _part = Part.Whole;
        return true;
    }

    private void ReadSize(ref ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var one = bytes[0];
            bytes = bytes[1..];
            if (one == '\n')
            {
                _part = _left > 0 ? Part.Chunk : Part.Trailer;
                return;
            }

            if (char.IsAsciiHexDigit((char)one))
                _left = (_left << 4) + Convert.ToInt32(((char)one).ToString(), 16);
            else if (one != '\r')
                throw new InvalidDataException("A chunk has no size.");
        }
    }

    /// <returns>Whether all of it is there.</returns>
    private bool ReadData(ref ReadOnlySpan<byte> bytes)
    {
        var take = (int)Math.Min(_left, bytes.Length);
        Scan(bytes[..take]);
        bytes = bytes[take..];
        _left -= take;
        if (_left > 0)
            return false;
        _part = _part == Part.Chunk ? Part.ChunkEnd : Part.Head;
        return true;
    }

    private static bool SkipLine(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        bytes = end < 0 ? [] : bytes[(end + 1)..];
        return end >= 0;
    }

    private void Scan(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_digits < 0)
            {
                var mark = data.IndexOf(Mark);
                if (mark < 0)
                    return;
                data = data[(mark + 1)..];
                (_digits, _sent) = (0, 0);
            }

            if (_digits == 0 && data.Length >= Digits && Utf8Parser.TryParse(data[..Digits], out long whole, out var read) && read == Digits)
            {
                data = data[Digits..];
                _digits = -1;
                token(whole);
                continue;
            }

            ScanDigits(ref data);
        }
    }

    /// <summary>The digits of a token that came in two pieces.</summary>
    private void ScanDigits(ref ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty && _digits < Digits)
        {
            if (!char.IsAsciiDigit((char)data[0]))
                throw new InvalidDataException("A token without its time of sending.");
            _sent = (_sent * 10) + (data[0] - '0');
            data = data[1..];
            _digits++;
        }

        if (_digits == Digits)
        {
            _digits = -1;
            token(_sent);
        }
    }
}
