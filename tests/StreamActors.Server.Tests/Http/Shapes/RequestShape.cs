using System.Text;

namespace StreamActors.Server.Tests.Http.Shapes;

/// <summary>One way in which clients send a request, byte for byte, and what comes of it.</summary>
/// <param name="Name">Names the row.</param>
/// <param name="Bytes">The whole request; text of headers is Latin-1.</param>
/// <param name="Status">What it is answered with.</param>
/// <param name="Code">The error's code, or null where it is none.</param>
/// <param name="Says">What the answer has in it.</param>
public sealed record RequestShape(string Name, byte[] Bytes, int Status, string? Code = null, string Says = "")
{
    /// <summary>A chat that the demo answers with one word.</summary>
    public const string Chat = """{"model":"demo","messages":[{"role":"user","content":"Hi"}],"max_tokens":1}""";

    /// <summary>A request with a body.</summary>
    public static RequestShape Post(
        string name, string body, int status = 200, string? code = null, string headers = "", string path = "/v1/chat/completions", string says = "") =>
        Post(name, Encoding.UTF8.GetBytes(body), status, code, headers, path, says);

    /// <summary>A request with a body that is no text.</summary>
    public static RequestShape Post(
        string name, byte[] body, int status = 200, string? code = null, string headers = "", string path = "/v1/chat/completions", string says = "") =>
        new(name, [.. Encoding.Latin1.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\n{Lines(headers)}Content-Length: {body.Length}\r\n\r\n"), .. body], status, code, says);

    /// <summary>A request without one.</summary>
    public static RequestShape Ask(string request, int status = 200, string? code = null, string headers = "", string says = "") =>
        new(request + headers, Encoding.Latin1.GetBytes($"{request} HTTP/1.1\r\nHost: localhost\r\n{Lines(headers)}\r\n"), status, code, says);

    private static string Lines(string headers) => headers.Length == 0 ? "" : headers + "\r\n";
}
