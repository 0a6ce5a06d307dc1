using System.Buffers;
using System.Text;
using StreamActors.Backends.Upstream;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// The bytes of an event stream as they come, and the events that are whole among them, by the rules of server-sent events. A line may end
/// with LF, CR or CRLF and is over with the first of its end's bytes. Data of one line is not copied. Memory is bounded.
/// </summary>
internal sealed class EventBuffer : IDisposable
{
    /// <summary>The most bytes that may come for one event.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);
    private int _line;
    private int _searched;
    private int _end;
    private int _sinceEvent;
    private bool _afterCr;
    private bool _begun;
    private (int Start, int Length)? _data;
    private ArrayBufferWriter<byte>? _joined;
    private string? _type;

    /// <summary>The data of the event that was read last, lines joined by LF; valid until <see cref="Room"/> or the next event.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Its type; null where none or the default was given.</summary>
    public string? Type { get; private set; }

    /// <summary>Where the next bytes go; never empty.</summary>
    /// <exception cref="BackendException">Too many have come for one event.</exception>
    public Memory<byte> Room()
    {
        if (_sinceEvent > MaxBytes)
            throw UpstreamHttp.NotTheProtocol("an event of more than 4 MiB");
        var kept = _data?.Start ?? _line;
        if (kept == _end)
        {
            Shift(kept);
        }
        else if (_end == _bytes.Length)
        {
            var bytes = kept >= _bytes.Length / 2 ? _bytes : ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
            _bytes.AsSpan(kept, _end - kept).CopyTo(bytes);
            Shift(kept);
            if (bytes != _bytes)
                ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = bytes;
        }

        return _bytes.AsMemory(_end);
    }

    /// <summary>So many have been written there.</summary>
    public void Added(int count)
    {
        _end += count;
        _sinceEvent += count;
    }

    /// <summary>Reads the next event. False: more bytes are needed.</summary>
    public bool TryRead()
    {
        while (TryReadLine(out var start, out var length))
        {
            if (length > 0)
                TakeField(start, length);
            else if (EndEvent())
                return true;
        }

        return false;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Shift(int by)
    {
        (_line, _searched, _end) = (_line - by, _searched - by, _end - by);
        if (_data is { } data)
            _data = (data.Start - by, data.Length);
    }

    private bool TryReadLine(out int start, out int length)
    {
        if (_afterCr && _line < _end)
        {
            _afterCr = false;
            if (_bytes[_line] == '\n')
                _searched = ++_line;
        }

        start = _line;
        length = _bytes.AsSpan(_searched, _end - _searched).IndexOfAny((byte)'\n', (byte)'\r');
        if (length < 0)
        {
            _searched = _end;
            return false;
        }

        length += _searched - start;
        _afterCr = _bytes[start + length] == '\r';
        _line = _searched = start + length + 1;
        if (!_begun)
        {
            _begun = true;
            if (_bytes.AsSpan(start, length).StartsWith(Encoding.UTF8.Preamble))
                (start, length) = (start + 3, length - 3);
        }

        return true;
    }

    private void TakeField(int start, int length)
    {
        var line = _bytes.AsSpan(start, length);
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? line.Length : colon + 1;
        if (value < line.Length && line[value] == ' ')
            value++;
        if (name.SequenceEqual("data"u8))
            AddData((start + value, line.Length - value));
        else if (name.SequenceEqual("event"u8))
            _type = line[value..].SequenceEqual("message"u8) || value == line.Length ? null : Encoding.UTF8.GetString(line[value..]);
    }

    private void AddData((int Start, int Length) line)
    {
        if (_data is { } only)
        {
            _joined ??= new ArrayBufferWriter<byte>();
            if (_joined.WrittenCount == 0)
                _joined.Write(_bytes.AsSpan(only.Start, only.Length));
            _joined.Write("\n"u8);
            _joined.Write(_bytes.AsSpan(line.Start, line.Length));
            // From here on only that there is data counts.
            _data = (line.Start + line.Length, 0);
        }
        else
        {
            _joined?.ResetWrittenCount();
            _data = line;
        }
    }

    /// <returns>Whether it was one: without data it is none.</returns>
    private bool EndEvent()
    {
        var (data, type) = (_data, _type);
        (_data, _type) = (null, null);
        if (data is not { } only)
            return false;
        Data = _joined is { WrittenCount: > 0 } ? _joined.WrittenMemory : _bytes.AsMemory(only.Start, only.Length);
        Type = type;
        _sinceEvent = 0;
        return true;
    }
}
