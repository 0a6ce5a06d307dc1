using System.IO.Compression;
using System.Text;
using static StreamActors.Server.Tests.Http.Shapes.RequestShape;

namespace StreamActors.Server.Tests.Http.Shapes;

/// <summary>What stands in a body, and how it is packed.</summary>
internal static class BodyShapes
{
    /// <summary>What the server takes.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly byte[] Plain = Encoding.UTF8.GetBytes(Chat);

    private static readonly byte[] Bomb = Encoding.UTF8.GetBytes("{\"prompt\":\"" + new string('a', 20_000_000) + "\"}");

    public static IEnumerable<RequestShape> Packed =>
    [
        .. Codings.SelectMany(c => new[]
        {
            Post($"{c.Name} {c.How}", c.Pack(Plain), headers: $"Content-Encoding: {c.Name}"),
            Post($"{c.Name} {c.How}, cut off", c.Pack(Plain)[..^9], 400, "invalid_request", $"Content-Encoding: {c.Name}"),
            Post($"{c.Name} {c.How}, a bomb", c.Pack(Bomb), 413, "body_too_large", $"Content-Encoding: {c.Name}", says: $"{MaxBytes} bytes"),
            Post($"{c.Name} {c.How}, of nothing", c.Pack([]), 400, "invalid_request", $"Content-Encoding: {c.Name}"),
            Post($"{c.Name} {c.How}, not packed at all", Plain, 400, "invalid_request", $"Content-Encoding: {c.Name}", says: "Content-Encoding"),
        }),
        Post("gzip in two parts", [.. Gzip(Plain[..20]), .. Gzip(Plain[20..])], headers: "Content-Encoding: gzip"),
        Post("gzip, too large while packed", Gzip(Encoding.ASCII.GetBytes(Convert.ToHexString(Random(200_000)))), 413, "body_too_large", "Content-Encoding: gzip"),
        Post("gzip without a word of it", Gzip(Plain), 400, "invalid_request", says: "Content-Encoding: gzip"),
        Post("zstd that wants a large window", Zstd(Plain, window: 27), 400, "invalid_request", "Content-Encoding: zstd"),
        Post("identity", Plain, headers: "Content-Encoding: identity"),
        Post("an empty word", Plain, headers: "Content-Encoding:"),
        Post("GZIP", Gzip(Plain), headers: "Content-Encoding: GZIP"),
        Post("x-gzip", Gzip(Plain), headers: "Content-Encoding: x-gzip"),
        Post("identity and gzip", Gzip(Plain), headers: "Content-Encoding: identity, gzip"),
        .. new[] { "compress", "lzma", "snappy", "gzip, gzip", "br\r\nContent-Encoding: gzip", "aws-chunked", "utf-8" }.Select(coding =>
            Post($"not read: {coding}", Plain, 415, "unsupported_encoding", $"Content-Encoding: {coding}", says: "gzip, deflate, br, zstd")),
        Post("empty", "", 400, "invalid_request"),
        Post("empty, though it says gzip", "", 400, "invalid_request", "Content-Encoding: gzip"),
    ];

    /// <summary>Fields that make no difference to whether it is answered, and those that do.</summary>
    public static IEnumerable<RequestShape> Fields =>
    [
        .. new[]
        {
            "\"n\":1", "\"n\":1.0", "\"n\":1e0", "\"n\":10e-1", "\"n\":null", "\"max_tokens\":1.0", "\"max_tokens\":1e0", "\"max_completion_tokens\":1.0", "\"max_tokens\":null", "\"seed\":1.0",
            "\"seed\":1e3", "\"seed\":null", "\"temperature\":1", "\"top_p\":1.0", "\"stream\":null", "\"stream\":false", "\"stream_options\":null", "\"stream_options\":{}",
            "\"stream\":false,\"stream_options\":{\"include_usage\":true}", "\"tools\":null", "\"tools\":[]", "\"stop\":null", "\"user\":null", "\"prompt\":null", "\"metadata\":{}",
            "\"unknown\":{\"a\":[1,2.5,\"x\"]}", "\"temperature\":1e400", "\"logit_bias\":{\"50256\":-100}", $"\"x\":{Nested(60)}", $"\"x\":{Nested(100)}", $"\"x\":{Nested(500)}",
            $"\"x\":{Nested(990)}", "\"model\":\"\"", "\"model\":null",
        }.Select(json => Post($"answered: {Short(json)}", With(json))),
        Post("content of null", """{"model":"demo","messages":[{"role":"assistant","content":null,"tool_calls":[]},{"role":"user","content":"Hi"}],"max_tokens":1}"""),
        Post("parts without text", """{"model":"demo","messages":[{"role":"user","content":[]}],"max_tokens":1}"""),
        Post("deep in a schema", With($"\"tools\":[{{\"type\":\"function\",\"function\":{{\"name\":\"f\",\"parameters\":{Nested(300)}}}}}]")),
        Post("a deep part", $$"""{"messages":[{"role":"user","content":[{"type":"text","text":"Hi","x":{{Nested(500)}} }]}],"max_tokens":1}"""),
        Post("the short form, deep", $$"""{"prompt":"Hi","x":{{Nested(900)}},"max_tokens":1}"""),
        Post("a byte order mark", "\ufeff" + Chat), Post("spaces around", $" \r\n\t{Chat}\n"), Post("another content type", Chat, headers: "Content-Type: text/plain; charset=latin1"),
        Post("no content type and a question mark", Chat, path: "/v1/chat/completions?api-version=2024-10-21"),
        .. new (string Field, string Param)[]
        {
            ("\"n\":1.5", "n"), ("\"n\":\"1\"", "n"), ("\"n\":0.0", "n"), ("\"n\":1e30", "n"), ("\"n\":1e400", "n"), ("\"n\":true", "n"), ("\"stream\":\"true\"", "stream"),
            ("\"stream\":1", "stream"), ("\"stream\":\"false\"", "stream"), ("\"model\":7", "model"), ("\"prompt\":\"too\"", "prompt"),
        }.Select(row => Post($"refused: {row.Field}", With(row.Field), 400, "invalid_request", says: $"'{row.Param}'")),
        Post("no messages", """{"messages":[]}""", 400, "invalid_request", says: "'messages'"),
        Post("a member twice", """{"prompt":"a","prompt":"b"}""", 400, "invalid_request", says: "twice"),
        Post("deeper than any server", With($"\"x\":{Nested(1001)}"), 400, "invalid_request", says: "nested deeper than the 1000 levels"),
        Post("UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Chat)], 400, "invalid_request", says: "The request body is UTF-16; send it as UTF-8."),
        Post("UTF-16, the other end first", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Chat)], 400, "invalid_request", says: "is UTF-16"),
        Post("Latin-1", Encoding.Latin1.GetBytes("""{"prompt":"größe"}"""), 400, "invalid_request", says: "The request body is not UTF-8; send it in that encoding."),
        Post("far deeper", new string('[', 60_000), 400, "invalid_request", says: "nested deeper"),
        Post("Ollama's, whole numbers with a point", """{"model":"demo","prompt":"Hi","stream":false,"options":{"num_predict":1.0,"seed":1.0,"num_ctx":4096.0}}""", path: "/api/generate", says: "\"eval_count\":1"),
        Post("Ollama's, deep", $$"""{"model":"demo","messages":[{"role":"user","content":"Hi"}],"stream":false,"options":{"num_predict":1},"format":{{Nested(900)}} }""", path: "/api/chat"),
        Post("Ollama's, too deep to be translated", $$"""{"model":"demo","messages":[{"role":"user","content":"Hi"}],"format":{{Nested(998)}} }""", 400, "invalid_request", path: "/api/chat", says: "'format'"),
        Post("Ollama's, packed", Gzip("""{"model":"demo","messages":[{"role":"user","content":"Hi"}],"stream":false,"options":{"num_predict":1}}"""u8.ToArray()), headers: "Content-Encoding: gzip", path: "/api/chat"),
    ];

    private static IEnumerable<(string Name, string How, Func<byte[], byte[]> Pack)> Codings =>
    [
        ("gzip", "", Gzip),
        ("deflate", "with zlib's head", bytes => Pack(bytes, to => new ZLibStream(to, CompressionLevel.Optimal))),
        ("deflate", "raw", bytes => Pack(bytes, to => new DeflateStream(to, CompressionLevel.Optimal))),
        ("br", "", bytes => Pack(bytes, to => new BrotliStream(to, CompressionLevel.Optimal))),
        ("zstd", "", bytes => Zstd(bytes, window: 0)),
    ];

    /// <summary>An object that stands so many levels deep.</summary>
    public static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);

    private static string With(string json) => $"{{{json},{(json.StartsWith("\"model\"", StringComparison.Ordinal) ? "" : "\"model\":\"demo\",")}"
        + $"{(json.StartsWith("\"max_", StringComparison.Ordinal) ? "" : "\"max_tokens\":1,")}\"messages\":[{{\"role\":\"user\",\"content\":\"Hi\"}}]}}";

    private static string Short(string json) => json.Length > 60 ? $"{json[..60]}... ({json.Length})" : json;

    private static byte[] Gzip(byte[] bytes) => Pack(bytes, to => new GZipStream(to, CompressionLevel.Optimal));

    private static byte[] Zstd(byte[] bytes, int window)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZstdSharp.CompressionStream(packed, leaveOpen: true))
        {
            if (window > 0)
                stream.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_windowLog, window);
            // Without its length in the head, the head names the window.
            foreach (var piece in bytes.Chunk(32))
            {
                stream.Write(piece);
                stream.Flush();
            }
        }

        return packed.ToArray();
    }

    private static byte[] Pack(byte[] bytes, Func<Stream, Stream> open)
    {
        using var packed = new MemoryStream();
        using (var stream = open(packed))
            stream.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
