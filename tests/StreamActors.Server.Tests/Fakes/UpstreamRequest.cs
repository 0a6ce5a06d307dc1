using System.Globalization;
using System.Text;

namespace StreamActors.Server.Tests.Fakes;

/// <summary>One HTTP request as it came over the socket.</summary>
public sealed record UpstreamRequest(string Head, byte[] Body)
{
    /// <summary>Reads one; null where the client closes in place of sending it.</summary>
    public static async Task<UpstreamRequest?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new StringBuilder();
        while (await ReadLineAsync(stream, cancellation) is { } line)
        {
            if (line.Length > 0)
            {
                head.Append(line).Append("\r\n");
                continue;
            }

            var text = head.ToString();
            return new UpstreamRequest(text, await ReadBodyAsync(stream, text, cancellation));
        }

        return null;
    }

    private static async Task<byte[]> ReadBodyAsync(Stream stream, string head, CancellationToken cancellation)
    {
        var body = new MemoryStream();
        if (head.Contains("\r\ntransfer-encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            int size;
            do
            {
                size = int.Parse(await ReadLineAsync(stream, cancellation) ?? "0", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                await CopyAsync(stream, body, size, cancellation);
                await ReadLineAsync(stream, cancellation);
            }
            while (size > 0);
        }
        else if (head.Split("\r\n").FirstOrDefault(l => l.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)) is { } length)
        {
            await CopyAsync(stream, body, int.Parse(length[15..], CultureInfo.InvariantCulture), cancellation);
        }

        return body.ToArray();
    }

    private static async Task CopyAsync(Stream stream, MemoryStream body, int count, CancellationToken cancellation)
    {
        var buffer = new byte[count];
        await stream.ReadExactlyAsync(buffer, cancellation);
        body.Write(buffer);
    }

    private static async Task<string?> ReadLineAsync(Stream stream, CancellationToken cancellation)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellation) == 1)
        {
            if (one[0] == '\n')
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }
}
