using System.Buffers;

namespace StreamActors.Protocol;

/// <summary>Python's JSON writer knows <c>NaN</c> and <c>Infinity</c>, and its reader takes them; no other does.</summary>
internal static class PythonNumbers
{
    private static readonly SearchValues<byte> Outside = SearchValues.Create("\"NI"u8);
    private static readonly SearchValues<byte> Inside = SearchValues.Create("\"\\"u8);

    /// <summary>The same with null in their places, to be read by others.</summary>
    public static byte[] AsJson(ReadOnlySpan<byte> value)
    {
        var json = new ArrayBufferWriter<byte>(value.Length + 64);
        var inString = false;
        while (!value.IsEmpty)
        {
            var next = value.IndexOfAny(inString ? Inside : Outside);
            var plain = next < 0 ? value.Length : next;
            json.Write(value[..plain]);
            value = value[plain..];
            if (value.IsEmpty)
                break;
            value = value[Take(json, value, ref inString)..];
        }

        return json.WrittenSpan.ToArray();
    }

    /// <returns>How much was taken.</returns>
    private static int Take(ArrayBufferWriter<byte> json, ReadOnlySpan<byte> value, ref bool inString)
    {
        var length = inString && value[0] == '\\' ? Math.Min(2, value.Length)
            : !inString && value.StartsWith("NaN"u8) ? 3
            : !inString && value.StartsWith("Infinity"u8) ? 8
            : 1;
        if (length > 2)
        {
            // The sign before it stays a number's: -0 is one.
            json.Write(json.WrittenSpan is [.., (byte)'-'] ? "0"u8 : "null"u8);
            return length;
        }

        inString ^= value[0] == '"';
        json.Write(value[..length]);
        return length;
    }
}
