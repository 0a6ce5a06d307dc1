using System.Net;
using System.Text;
using StreamActors.Benchmarks.Upstream;

namespace StreamActors.Benchmarks.Load;

/// <summary>The bytes of a chat request.</summary>
internal static class Ask
{
    /// <summary>One request for a streamed answer.</summary>
    /// <param name="to">The gateway.</param>
    /// <param name="order">What the model server is to do.</param>
    /// <param name="session">The gateway's session, or null for none.</param>
    public static byte[] For(IPEndPoint to, Order order, string? session = null)
    {
        var body = $$"""{"model":"{{PacedBackend.Model}}","stream":true,"messages":[{"role":"user","content":"{{order}}"}]}""";
        var header = session is null ? "" : $"X-Session-Id: {session}\r\n";
        return Encoding.ASCII.GetBytes(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: {to}\r\nContent-Type: application/json\r\n{header}Content-Length: {body.Length}\r\n\r\n{body}");
    }
}
