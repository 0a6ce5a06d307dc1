using System.Text;
using StreamActors.Backends.Upstream;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>What stands next in an event stream.</summary>
internal enum LineKind
{
    /// <summary>More bytes are needed.</summary>
    None,
    /// <summary>A line, without its end.</summary>
    Line,
    /// <summary>JSON that stands where a line begins, whole, on however many lines.</summary>
    Json,
}

/// <summary>
/// The bytes of an event stream as they come, and the lines that are whole among them. A line may end with LF, CR or CRLF and is over with
/// the first of its end's bytes. JSON that begins a line is over with its last bracket, since nothing need follow it.
/// </summary>
internal sealed class EventLines(AnswerLimits limits) : IDisposable
{
    /// <summary>The longest that may stand before a line's data: <c>error: </c>.</summary>
    private const int LongestName = 7;

    private const int MostBlanks = 1024;

    private readonly GrowingBuffer _bytes = new();
    private int _line;
    private int _searched;
    private int _json = -1;
    private JsonExtent _extent;
    private bool _begun;
    private bool _afterCr;
    private bool _isLine;

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Free => _bytes.Free;

    /// <summary>JSON has begun and not ended.</summary>
    public bool IsWithinJson => _json >= 0;

    /// <summary>That many bytes have been written there.</summary>
    public void Added(int count) => _bytes.Added(count);

    /// <summary>Some of the bytes; valid until <see cref="MakeRoom"/>.</summary>
    public ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.Slice(start, length);

    /// <summary>Makes <see cref="Free"/> more than nothing.</summary>
    /// <param name="kept">What stands from there on is still needed; null: nothing but what has not been read.</param>
    /// <returns>By how much every place has moved to the front.</returns>
    public int MakeRoom(int? kept)
    {
        var moved = _bytes.MakeRoom(kept ?? (_json >= 0 ? _json : _line));
        (_line, _searched, _json) = (_line - moved, _searched - moved, _json >= 0 ? _json - moved : -1);
        return moved;
    }

    /// <summary>Reads what stands next.</summary>
    /// <exception cref="BackendException">It is too long.</exception>
    public LineKind TryRead(out int start, out int length)
    {
        (start, length) = (0, 0);
        if (_json < 0 && !_isLine && !TryBegin())
            return LineKind.None;
        return _json >= 0 ? ReadJson(out start, out length) : ReadLine(out start, out length);
    }

    /// <summary>What stands at the body's end without an end of its line, which may be nothing.</summary>
    public (int Start, int Length) ReadRest()
    {
        var rest = (_line, _bytes.End - _line);
        _line = _searched = _bytes.End;
        return rest;
    }

    public void Dispose() => _bytes.Dispose();

    /// <summary>Looks at how the next line begins. False: too little has come to know.</summary>
    private bool TryBegin()
    {
        var rest = _bytes.From(_line);
        if (_afterCr && rest.Length > 0)
        {
            _afterCr = false;
            rest = Pass(rest, rest[0] == '\n' ? 1 : 0);
        }

        if (!_begun)
        {
            if (rest.Length < Encoding.UTF8.Preamble.Length && Encoding.UTF8.Preamble.StartsWith(rest))
                return false;
            _begun = true;
            rest = Pass(rest, rest.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);
        }

        var first = rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (first < 0 && rest.Length <= MostBlanks)
            return false;
        if (first >= 0 && rest[first] is (byte)'{' or (byte)'[')
            (_json, _searched, _extent) = (_line + first, _line + first, default);
        else
            _isLine = true;
        return true;
    }

    private ReadOnlySpan<byte> Pass(ReadOnlySpan<byte> rest, int count)
    {
        _searched = _line += count;
        return rest[count..];
    }

    private LineKind ReadLine(out int start, out int length)
    {
        start = _line;
        var found = _bytes.From(_searched).IndexOfAny((byte)'\n', (byte)'\r');
        length = (found < 0 ? _bytes.End : _searched + found) - start;
        if (length > limits.MaxEventBytes + LongestName)
            throw limits.EventTooLarge();
        if (found < 0)
        {
            _searched = _bytes.End;
            return LineKind.None;
        }

        _afterCr = _bytes.From(start + length)[0] == '\r';
        _line = _searched = start + length + 1;
        _isLine = false;
        return LineKind.Line;
    }

    private LineKind ReadJson(out int start, out int length)
    {
        start = _json;
        var found = _extent.Read(_bytes.From(_searched));
        length = (found < 0 ? _bytes.End : _searched + found) - start;
        if (length > limits.MaxAnswerBytes)
            throw limits.AnswerTooLarge();
        if (found < 0)
        {
            _searched = _bytes.End;
            return LineKind.None;
        }

        _line = _searched = start + length;
        _json = -1;
        return LineKind.Json;
    }
}
