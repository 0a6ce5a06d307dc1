using System.Buffers;
using StreamActors.Backends.Upstream;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>The data lines of one event. That of one line is not copied; those of several are joined by LF.</summary>
/// <param name="lines">Where they stand.</param>
/// <param name="limits">Bound them.</param>
internal sealed class EventData(EventLines lines, AnswerLimits limits)
{
    private const int MostKept = 256 * 1024;

    private (int Start, int Length)? _line;
    private ArrayBufferWriter<byte>? _joined;

    /// <summary>From here on bytes are needed; null: none are.</summary>
    public int? Start => _line?.Start;

    /// <summary>All bytes have moved to the front.</summary>
    public void Moved(int by) => _line = _line is { } line ? (line.Start - by, line.Length) : null;

    /// <summary>Adds a line's data.</summary>
    /// <exception cref="BackendException">It is too much for one event.</exception>
    public void Add(int start, int length)
    {
        if (_line is not { } before)
        {
            if (_joined is { Capacity: > MostKept })
                _joined = null;
            _joined?.ResetWrittenCount();
            _line = (start, length);
        }
        else
        {
            _joined ??= new ArrayBufferWriter<byte>();
            if (_joined.WrittenCount == 0)
                _joined.Write(lines.Slice(before.Start, before.Length).Span);
            // Where so many bytes have come in all, the sum of both cannot overflow.
            if (length > limits.MaxEventBytes - _joined.WrittenCount - 1)
                throw limits.EventTooLarge();
            _joined.Write("\n"u8);
            _joined.Write(lines.Slice(start, length).Span);
            // From here on only that there is data counts.
            _line = (start + length, 0);
        }

        if (length > limits.MaxEventBytes)
            throw limits.EventTooLarge();
    }

    /// <summary>The data, valid until the next line; null: there was none.</summary>
    public ReadOnlyMemory<byte>? Take()
    {
        if (_line is not { } only)
            return null;
        _line = null;
        return _joined is { WrittenCount: > 0 } ? _joined.WrittenMemory : lines.Slice(only.Start, only.Length);
    }
}
