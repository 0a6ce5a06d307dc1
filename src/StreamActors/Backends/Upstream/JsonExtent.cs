using System.Buffers;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// Finds where a JSON object or array ends, in bytes that come piece by piece. It counts brackets and knows strings, no more: whether it
/// is JSON is another's question.
/// </summary>
internal struct JsonExtent
{
    private static readonly SearchValues<byte> Outside = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> Inside = SearchValues.Create("\"\\"u8);

    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>How long the value is at whose beginning the bytes begin; -1: it ends beyond them.</summary>
    public static int Of(ReadOnlySpan<byte> bytes) => default(JsonExtent).Read(bytes);

    /// <summary>Reads on.</summary>
    /// <param name="bytes">What follows on the bytes read before; at first the opening bracket.</param>
    /// <returns>How many of them belong to the value, when it ends in them; else -1.</returns>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            if (_escaped)
            {
                _escaped = false;
                continue;
            }

            var next = bytes[at..].IndexOfAny(_inString ? Inside : Outside);
            if (next < 0)
                return -1;
            at += next;
            Take(bytes[at]);
            if (_depth == 0)
                return at + 1;
        }

        return -1;
    }

    private void Take(byte sign)
    {
        switch (sign)
        {
            case (byte)'"':
                _inString = !_inString;
                break;
            case (byte)'\\':
                _escaped = true;
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                break;
            default:
                _depth--;
                break;
        }
    }
}
