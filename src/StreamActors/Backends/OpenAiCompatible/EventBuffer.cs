using System.Text;
using StreamActors.Backends.Upstream;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// The events that are whole among the bytes of a body, by the rules of server-sent events and, beyond them, as model servers write: JSON
/// that begins a line without a field's name is an event of its own, and an <c>error:</c> line is data of the type <c>error</c>.
/// </summary>
internal sealed class EventBuffer : IDisposable
{
    private readonly AnswerLimits _limits;
    private readonly EventLines _lines;
    private readonly EventData _data;
    private (int Start, int Length)? _json;
    private int _idle;
    private string? _type;

    /// <param name="limits">Bound an event's data, what stands between two events, and JSON that stands alone.</param>
    public EventBuffer(AnswerLimits limits)
    {
        (_limits, _lines) = (limits, new EventLines(limits));
        _data = new EventData(_lines, limits);
    }

    /// <summary>The data of the event that was read last, lines joined by LF; valid until <see cref="Room"/> or the next event.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Its type; null where none or the default was given.</summary>
    public string? Type { get; private set; }

    /// <summary>It is JSON without a field's name.</summary>
    public bool IsBare { get; private set; }

    /// <summary>The body ended, if it did here, within JSON that stands alone.</summary>
    public bool IsWithinJson => _lines.IsWithinJson;

    /// <summary>Where the next bytes go; never empty. Every event that is there has been read.</summary>
    public Memory<byte> Room()
    {
        var moved = _lines.MakeRoom(_data.Start);
        _data.Moved(moved);
        return _lines.Free;
    }

    /// <summary>That many bytes have been written there.</summary>
    public void Added(int count) => _lines.Added(count);

    /// <summary>Reads the next event. False: more bytes are needed.</summary>
    /// <exception cref="BackendException">Too many have come for one event.</exception>
    public bool TryRead()
    {
        if (_json is { } waiting)
            return Take(waiting);
        while (true)
        {
            switch (_lines.TryRead(out var start, out var length))
            {
                case LineKind.None:
                    return false;
                case LineKind.Json:
                    // What no empty line has ended is over where something else begins.
                    _json = (start, length);
                    return EndEvent() || Take((start, length));
                case LineKind.Line when length > 0:
                    TakeField(start, length);
                    break;
                case LineKind.Line when EndEvent():
                    return true;
            }
        }
    }

    /// <summary>Reads what stands at the body's end and was not ended by an empty line. False: nothing does.</summary>
    public bool TryReadLast()
    {
        if (IsWithinJson)
            return false;
        var (start, length) = _lines.ReadRest();
        if (length > 0)
            TakeField(start, length);
        return EndEvent();
    }

    public void Dispose() => _lines.Dispose();

    private void TakeField(int start, int length)
    {
        var line = _lines.Slice(start, length).Span;
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? line.Length : colon + 1;
        if (value < line.Length && line[value] == ' ')
            value++;
        if (name.SequenceEqual("data"u8))
        {
            _data.Add(start + value, line.Length - value);
        }
        else if (name.SequenceEqual("error"u8))
        {
            _data.Add(start + value, line.Length - value);
            _type = "error";
        }
        else
        {
            if (name.SequenceEqual("event"u8))
                _type = line[value..].SequenceEqual("message"u8) || value == line.Length ? null : Encoding.UTF8.GetString(line[value..]);
            if (length >= _limits.MaxEventBytes - _idle)
                throw _limits.EventTooLarge();
            _idle += length + 1;
        }
    }

    /// <returns>Whether there was one: an event has data.</returns>
    private bool EndEvent()
    {
        var type = _type;
        _type = null;
        return _data.Take() is { } data && Set(data, type, isBare: false);
    }

    private bool Take((int Start, int Length) json)
    {
        _json = null;
        return Set(_lines.Slice(json.Start, json.Length), type: null, isBare: true);
    }

    private bool Set(ReadOnlyMemory<byte> data, string? type, bool isBare)
    {
        (Data, Type, IsBare, _idle) = (data, type, isBare, 0);
        return true;
    }
}
