using System.Text;

namespace StreamActors.Server.Tests.Support;

/// <summary>One server-sent event, read as the standard says. Comments are left out.</summary>
public sealed record SseEvent(string Type, byte[] Data)
{
    public string Text => Encoding.UTF8.GetString(Data);

    public static IReadOnlyList<SseEvent> Parse(byte[] body)
    {
        var events = new List<SseEvent>();
        var type = "message";
        List<byte>? data = null;
        foreach (var line in Lines(body))
        {
            if (line.Length == 0)
            {
                if (data is not null)
                    events.Add(new SseEvent(type, [.. data]));
                (type, data) = ("message", null);
            }
            else if (line.AsSpan().StartsWith("data:"u8))
            {
                data = data is null ? [] : [.. data, (byte)'\n'];
                data.AddRange(line.AsSpan(line.Length > 5 && line[5] == ' ' ? 6 : 5));
            }
            else if (line.AsSpan().StartsWith("event:"u8))
            {
                type = Encoding.UTF8.GetString(line.AsSpan(6)).TrimStart(' ');
            }
        }

        return events;
    }

    /// <summary>Lines end with LF, CR or both; a last line without an end does not count.</summary>
    private static IEnumerable<byte[]> Lines(byte[] body)
    {
        var start = 0;
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] is not ((byte)'\n' or (byte)'\r'))
                continue;
            yield return body[start..i];
            if (body[i] == '\r' && i + 1 < body.Length && body[i + 1] == '\n')
                i++;
            start = i + 1;
        }
    }
}
