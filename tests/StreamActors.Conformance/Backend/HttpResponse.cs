using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;

namespace StreamActors.Conformance.Backend;

/// <summary>Builds the bytes of HTTP responses.</summary>
internal static class HttpResponse
{
    public static byte[] StreamHead(string type) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n");

    public static byte[] Json(int status, ReadOnlySpan<byte> body)
    {
        var head = $"HTTP/1.1 {status} {(HttpStatusCode)status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    public static byte[] Json(int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Json(status, buffer.WrittenSpan);
    }

    /// <summary>An error in the shape of the OpenAI API.</summary>
    public static byte[] Error(int status, string message) => Json(status, writer =>
    {
        writer.WriteStartObject("error");
        writer.WriteString("message", message);
        writer.WriteString("type", status >= 500 ? "server_error" : "invalid_request_error");
        writer.WriteNull("param");
        writer.WriteNull("code");
        writer.WriteEndObject();
    });
}
