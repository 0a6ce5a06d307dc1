using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamActors.Server.Tests.Support;

/// <summary>One HTTP answer taken apart by hand.</summary>
/// <param name="Head">Status line and headers.</param>
/// <param name="Body">Without chunk framing.</param>
/// <param name="Finished">It came to its proper end: all of its length, or the last chunk.</param>
/// <param name="Length">How many bytes it took, if it is finished.</param>
public sealed record RawAnswer(string Head, byte[] Body, bool Finished, int Length = 0)
{
    public int Status => int.Parse(Head.Split(' ')[1], CultureInfo.InvariantCulture);

    public string Text => Encoding.UTF8.GetString(Body);

    public IReadOnlyList<SseEvent> Events => SseEvent.Parse(Body);

    /// <summary>The <c>error</c> object of a JSON body.</summary>
    public JsonElement Error => JsonDocument.Parse(Body).RootElement.GetProperty("error");

    /// <summary>The <c>error</c> object of the last event.</summary>
    public JsonElement LastError => JsonDocument.Parse(Events[^1].Data).RootElement.GetProperty("error");

    public string? Header(string name) => Head.Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    /// <summary>Takes apart what has come so far; null before the head is whole.</summary>
    public static RawAnswer? Parse(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return null;
        var answer = new RawAnswer(Encoding.Latin1.GetString(bytes[..end]), [], Finished: false);
        var rest = bytes[(end + 4)..];
        if (answer.Header("Content-Length") is { } header)
        {
            var length = int.Parse(header, CultureInfo.InvariantCulture);
            return answer with { Body = rest[..Math.Min(length, rest.Length)].ToArray(), Finished = rest.Length >= length, Length = end + 4 + length };
        }

        var body = new MemoryStream();
        while (rest.IndexOf("\r\n"u8) is > 0 and var line)
        {
            var size = int.Parse(rest[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                return answer with { Body = body.ToArray(), Finished = rest.StartsWith("0\r\n\r\n"u8), Length = bytes.Length - rest.Length + 5 };
            rest = rest[(line + 2)..];
            body.Write(rest[..Math.Min(size, rest.Length)]);
            rest = rest.Length >= size + 2 ? rest[(size + 2)..] : [];
        }

        return answer with { Body = body.ToArray() };
    }
}
