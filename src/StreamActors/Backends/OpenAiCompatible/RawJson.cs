using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>Passes values on as they came: numbers keep their form, and halves of surrogate pairs, which are no text by themselves, stay.</summary>
internal static class RawJson
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\n\r"u8);

    /// <summary>Writes a member.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, JsonProperty member) => writer.WriteRaw(member.Name, member.Value);

    /// <summary>Writes a value under a name.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(OneLine(JsonMarshal.GetRawUtf8Value(value)), skipInputValidation: true);
    }

    /// <summary>The same JSON without ends of lines, which can only stand between its tokens.</summary>
    public static ReadOnlySpan<byte> OneLine(ReadOnlySpan<byte> json)
    {
        if (json.IndexOfAny(LineEnds) < 0)
            return json;
        var line = json.ToArray();
        line.AsSpan().ReplaceAny(LineEnds, (byte)' ');
        return line;
    }
}
