using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// A JSON value put together from the parts that a stream gives: objects member by member, lists item by item, texts one after another, of
/// all else the last. Texts are kept as they stand in the JSON: a pair of surrogates may come in two parts.
/// </summary>
/// <param name="room">Bounds what is kept.</param>
/// <param name="depth">How many values it stands within.</param>
internal sealed class MergedValue(AnswerRoom room, int depth = 0)
{
    /// <summary>Each level takes a thread's stack. No server sends parts of anything as deep, so below this the last value counts.</summary>
    private const int MaxMerged = 64;

    /// <summary>How far back the item is looked for that a part belongs to: no model writes more at the same time.</summary>
    private const int MostOpen = 256;

    /// <summary>Texts that say what something is, and are said again: the last counts.</summary>
    private static readonly HashSet<string> Names =
        ["role", "id", "type", "name", "object", "format", "status", "finish_reason", "model", "created", "mime_type", "system_fingerprint"];

    private byte[] _raw = [];
    private ArrayBufferWriter<byte>? _text;
    private OrderedDictionary<string, MergedValue>? _members;
    private List<MergedValue>? _items;

    /// <summary>A member of the object that it is, or null.</summary>
    public MergedValue? this[string name] => _members?.GetValueOrDefault(name);

    /// <summary>The names of its members.</summary>
    public IEnumerable<string> Members => _members?.Keys ?? Enumerable.Empty<string>();

    /// <summary>Whether it is nothing yet, or null.</summary>
    public bool IsNull => _text is null && _members is null && _items is null && _raw is [] or [(byte)'n', ..];

    /// <summary>Adds a part.</summary>
    /// <param name="part">Null adds nothing to what is something.</param>
    /// <param name="name">The value's own, by which it is known whether its texts add up.</param>
    /// <exception cref="BackendException">It is too much.</exception>
    public void Add(JsonElement part, string name)
    {
        switch (part.ValueKind)
        {
            case JsonValueKind.Object when depth < MaxMerged:
                foreach (var member in part.EnumerateObject())
                    Member(member.Name).Add(member.Value, member.Name);
                break;
            case JsonValueKind.Array when depth < MaxMerged:
                AddItems(part);
                break;
            case JsonValueKind.String when _items is { } parts:
                parts.Add(TextPart(JsonMarshal.GetRawUtf8Value(part)));
                break;
            case JsonValueKind.String:
                AddText(JsonMarshal.GetRawUtf8Value(part)[1..^1], adds: !Names.Contains(name));
                break;
            case JsonValueKind.Null when !IsNull:
                break;
            default:
                Set(part);
                break;
        }
    }

    /// <summary>Puts a value in place of what was there.</summary>
    public void Set(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        room.Take(raw.Length - _raw.Length);
        _raw = raw.ToArray();
    }

    /// <summary>The member of that name, made where it is missing.</summary>
    public MergedValue Member(string name)
    {
        _members ??= [];
        if (!_members.TryGetValue(name, out var member))
        {
            room.Take(name.Length + 4);
            _members.Add(name, member = new MergedValue(room, depth + 1));
        }

        return member;
    }

    /// <summary>Writes it.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="without">The name of members that are left out.</param>
    public void WriteTo(Utf8JsonWriter writer, string? without = null)
    {
        if (_items is { } items)
        {
            writer.WriteStartArray();
            foreach (var item in items)
                item.WriteTo(writer, without);
            writer.WriteEndArray();
        }
        else if (_members is { } members)
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members.Where(m => m.Key != without))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }
        else if (_text is { } text)
        {
            writer.WriteRawValue([(byte)'"', .. text.WrittenSpan, (byte)'"'], skipInputValidation: true);
        }
        else
        {
            writer.WriteRawValue(_raw.Length > 0 ? RawJson.OneLine(_raw) : "null"u8, skipInputValidation: true);
        }
    }

    private void AddText(ReadOnlySpan<byte> text, bool adds)
    {
        if (_text is null)
        {
            _text = new ArrayBufferWriter<byte>(Math.Max(16, text.Length));
        }
        else if (!adds)
        {
            if (text.IsEmpty)
                return;
            room.Take(-_text.WrittenCount);
            _text.ResetWrittenCount();
        }

        room.Take(text.Length);
        _text.Write(text);
    }

    private void AddItems(JsonElement part)
    {
        if (_items is null)
        {
            _items = [];
            if (_text is { WrittenCount: > 0 } before)
                _items.Add(TextPart([(byte)'"', .. before.WrittenSpan, (byte)'"']));
        }

        foreach (var item in part.EnumerateArray())
        {
            if (ItemOf(item) is not { } known)
                _items.Add(known = new MergedValue(room, depth + 1));
            known.Add(item, "");
        }
    }

    /// <summary>The item that this one goes on with. Some servers number no calls, or all of them 0: then another id is another call.</summary>
    private MergedValue? ItemOf(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return null;
        var last = item.Get("index") is { ValueKind: JsonValueKind.Number } index
            ? ItemAt(index)
            : item.Get("function") is { ValueKind: JsonValueKind.Object } function && function.Get("name") is null ? _items!.LastOrDefault() : null;
        return last?["id"]?._text is { WrittenCount: > 0 } known && item.Get("id") is { ValueKind: JsonValueKind.String } id
            && JsonMarshal.GetRawUtf8Value(id)[1..^1] is { Length: > 0 } other && !other.SequenceEqual(known.WrittenSpan)
            ? null
            : last;
    }

    private MergedValue? ItemAt(JsonElement index)
    {
        var raw = JsonMarshal.GetRawUtf8Value(index);
        for (var place = _items!.Count - 1; place >= Math.Max(0, _items.Count - MostOpen); place--)
        {
            if (_items[place]["index"] is { } known && known._raw.AsSpan().SequenceEqual(raw))
                return _items[place];
        }

        return null;
    }

    /// <summary>Mistral's content is text now and parts then.</summary>
    private MergedValue TextPart(ReadOnlySpan<byte> quoted)
    {
        using var part = JsonDocument.Parse((byte[])[.. "{\"type\":\"text\",\"text\":"u8, .. quoted, (byte)'}']);
        var value = new MergedValue(room, depth + 1);
        value.Add(part.RootElement, "");
        return value;
    }
}
