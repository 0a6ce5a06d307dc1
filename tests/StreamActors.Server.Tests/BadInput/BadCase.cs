using System.Text;

namespace StreamActors.Server.Tests.BadInput;

/// <summary>One request as it goes over the socket, framed so that its end can be found.</summary>
/// <param name="Method">Its method, or something in that place.</param>
/// <param name="Target">Its path and query, or something in that place.</param>
/// <param name="Headers">Lines without their ends; may hold anything.</param>
/// <param name="Body">May be anything.</param>
public sealed record BadCase(string Method, string Target, string[] Headers, byte[] Body)
{
    /// <summary>Text goes out byte for byte: a character is a byte.</summary>
    public byte[] Bytes =>
    [
        .. Encoding.Latin1.GetBytes(
            $"{Method} {Target} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Headers.Select(h => h + "\r\n"))}Content-Length: {Body.Length}\r\n\r\n"),
        .. Body,
    ];

    public override string ToString() =>
        $"{Method} {Short(Target)} [{string.Join(" | ", Headers.Select(Short))}] {Short(Encoding.Latin1.GetString(Body))}";

    private static string Short(string text) => Uri.EscapeDataString(text.Length > 300 ? $"{text[..300]}... ({text.Length})" : text);
}
