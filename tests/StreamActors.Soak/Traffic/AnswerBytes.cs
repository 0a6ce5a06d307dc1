using System.Globalization;
using System.Text;
using StreamActors.Soak.Clients;

namespace StreamActors.Soak.Traffic;

/// <summary>Takes the bytes of one answer apart, after its connection has ended.</summary>
internal static class AnswerBytes
{
    /// <summary>The answer; null where not even a head came.</summary>
    public static AnswerEnd? Read(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return null;
        var head = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        var rest = bytes[(end + 4)..];
        string body;
        bool whole;
        if (Header(head, "Content-Length") is { } length)
            (body, whole) = (Encoding.UTF8.GetString(rest), rest.Length == int.Parse(length, CultureInfo.InvariantCulture));
        else
            (body, whole) = Dechunk(rest);
        return new AnswerEnd(
            int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture), Header(head, "X-Trace-Id"), body, !whole,
            Header(head, "x-should-retry") == "false");
    }

    private static (string Body, bool Whole) Dechunk(ReadOnlySpan<byte> rest)
    {
        using var body = new MemoryStream(rest.Length);
        var whole = false;
        while (!whole && rest.IndexOf("\r\n"u8) is > 0 and var line)
        {
            var size = int.Parse(Encoding.Latin1.GetString(rest[..line]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            rest = rest[(line + 2)..];
            whole = size == 0;
            body.Write(rest[..Math.Min(size, rest.Length)]);
            rest = rest.Length >= size + 2 ? rest[(size + 2)..] : [];
        }

        return (Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length), whole);
    }

    private static string? Header(string[] head, string name) => head
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();
}
