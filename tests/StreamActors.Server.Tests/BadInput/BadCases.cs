using System.Text;
using CsCheck;

namespace StreamActors.Server.Tests.BadInput;

/// <summary>Requests of every kind that a stranger may send: mostly wrong somewhere, sometimes right.</summary>
public static class BadCases
{
    /// <summary>A line that would be a lie if it ever stood in the log as a line of its own.</summary>
    public const string Forged = "2026-01-01T00:00:00.000+00:00 INF stream_end trace=forged session=forged outcome=completed";

    private static readonly string[] Ends = ["\n", "\r", "\r\n ", "\u0085", "%0d%0a", "\0", "\u001b[2J"];

    private static readonly Gen<string> Nasty = Gen.OneOf(
        Gen.Const(""), Gen.String[Gen.Char['\u0001', '\u00ff'], 0, 40], Gen.String[Gen.Char['a', 'z'], 1, 12],
        Gen.Int[100, 9000].Select(n => new string('A', n)),
        Gen.OneOf(Ends).Select(end => $"x{end}{Forged}{end}"),
        Gen.OneOf("../../etc/passwd", "..%2f..%2f", "%00", "private", "forged", "' OR 1=1 --", "${jndi:ldap://x}", "\" session=other", "a b=c", "-1", "null", "🦊"));

    private static readonly Gen<string> Numbers = Gen.OneOf(
        Gen.Int.Select(n => $"{n}"), Gen.Double.Select(d => double.IsFinite(d) ? d.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "1e400"),
        Gen.OneOf("1e400", "-1e400", "99999999999999999999999999", "-0", "0.1e-9999", "01", "+1", "NaN", "0x10", "1e"));

    private static readonly Gen<string> Texts = Gen.OneOf(
        Nasty.Select(Quote),
        Gen.OneOf("\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"unfinished", "\"\t\"", "\"\\u12\"", "'single'"));

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Gen.OneOf(Numbers, Texts, Gen.OneOf("null", "true", "false", "{}", "[]", "tru", ""))
        : Gen.Frequency(
            (3, Gen.OneOf(Numbers, Texts, Gen.OneOf("null", "true", "false", "[]"))),
            (1, inner.Array[0, 4].Select(items => $"[{string.Join(",", items)}]")),
            (1, Gen.Select(Texts, inner).Array[0, 4].Select(Object))));

    private static readonly Gen<string> Field = Gen.OneOf(
        "model", "prompt", "messages", "stream", "n", "max_tokens", "stop", "tools", "stream_options", "response_format", "input", "images",
        "options", "keep_alive", "think", "format", "role", "content", "user", "metadata");

    private static readonly Gen<string> Messages = Gen.Select(Gen.OneOf("user", "system", "assistant", "tool", "", "User"), Json)
        .Select(m => $$"""{"role":"{{m.Item1}}","content":{{m.Item2}}}""").Array[0, 3].Select(m => $"[{string.Join(",", m)}]");

    private static readonly Gen<string> Bodies = Gen.Frequency(
        (4, Gen.Select(Field.Select(Quote), Json).Array[0, 6].Select(Object)),
        (4, Gen.Select(Nasty.Select(Quote), Gen.Bool).Select(p => $$"""{"prompt":{{p.Item1}},"stream":{{(p.Item2 ? "true" : "false")}},"max_tokens":2,"user":{{p.Item1}}}""")),
        (2, Gen.Select(Messages, Gen.Bool).Select(m => $$"""{"messages":{{m.Item1}},"stream":{{(m.Item2 ? "true" : "false")}},"max_tokens":3}""")),
        (2, Gen.Select(Texts, Json).Select(p => $$"""{"prompt":{{p.Item1}},"prompt":"again","stream":true,"max_tokens":2,"x":{{p.Item2}}}""")),
        (1, Gen.Int[60, 3000].Select(n => $$"""{"prompt":{{new string('[', n)}}{{new string(']', n)}}}""")),
        (1, Gen.Int[60, 3000].Select(n => string.Concat(Enumerable.Repeat("{\"prompt\":", n)) + "1" + new string('}', n))),
        (1, Json), (1, Nasty));

    private static readonly Gen<byte[]> Bytes = Gen.OneOf(
        Bodies.Select(Encoding.UTF8.GetBytes), Bodies.Select(Encoding.UTF8.GetBytes), Bodies.Select(Encoding.UTF8.GetBytes),
        Bodies.Select(Encoding.Latin1.GetBytes), Bodies.Select(Encoding.Unicode.GetBytes), Bodies.Select(b => (byte[])[0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(b)]),
        Gen.Select(Bodies, Gen.Int[0, 200]).Select(c => Encoding.UTF8.GetBytes(c.Item1)[..Math.Min(c.Item2, c.Item1.Length)]),
        Gen.Byte.Array[0, 100]);

    private static readonly Gen<string> Id = Gen.OneOf(
        Nasty.Select(Uri.EscapeDataString), Nasty.Select(text => text.Replace(" ", "", StringComparison.Ordinal)), Gen.OneOf("private", ".", "..", "%2e%2e", "%2F", "%zz", "a%00b"));

    private static readonly Gen<string> Target = Gen.Frequency(
        (6, Gen.OneOf("/v1/chat/completions", "/api/chat", "/api/generate", "/v1/completions", "/v1/embeddings", "/api/show")),
        (2, Id.Select(id => $"/v1/sessions/{id}")), (2, Id.Select(id => $"/v1/streams/{id}/cancel")), (1, Id.Select(id => $"/v1/models/{id}")),
        (1, Gen.OneOf("/v1/models", "/v1/sessions", "/api/tags", "/api/ps", "/api/version", "/healthz", "/", "/openapi/v1.json", "/metrics")),
        (1, Gen.OneOf("//v1/models", "/v1/../v1/models", "/v1/%2e%2e/sessions", "/V1/MODELS", "/v1/models/", "/v1//models", "*", "http://evil.example/v1/models", "/v1/models?x=\u00ff")),
        (1, Nasty.Select(text => "/" + text)));

    private static readonly Gen<string> Header = Gen.OneOf(
        Nasty.Select(id => $"X-Session-Id: {id}"), Gen.OneOf("X-Session-Id: private", "X-Session-Id: ok", "X-Session-Id:", "X-Session-Id: a\r\nX-Session-Id: b"),
        Nasty.Select(key => $"Authorization: Bearer {key}"),
        Gen.OneOf("Authorization: Bearer devkey", "Authorization: Basic ZGV2a2V5", "Authorization: bearer  devkey ", "Authorization: Bearer devkey\r\nAuthorization: Bearer other"),
        Gen.OneOf("Origin: null", "Origin: http://localhost", "Origin: https://evil.example", "Origin: http://127.0.0.1.evil.example", "Origin: http://localhost\r\nOrigin: x"),
        Gen.OneOf("Content-Type: text/plain", "Content-Type: application/json; charset=utf-16", "Content-Encoding: gzip", "Content-Length: 1", "Host: evil.example"),
        Gen.OneOf("Accept: text/event-stream", "Connection: close", "X-HTTP-Method-Override: DELETE", "X-Forwarded-For: 127.0.0.1", ": empty", "No colon at all", " folded: line"),
        Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 10], Nasty).Select(h => $"X-{h.Item1}: {h.Item2}"));

    /// <summary>A request.</summary>
    public static readonly Gen<BadCase> Any = Gen.Select(
        Gen.Frequency((15, Gen.Const("POST")), (1, Gen.OneOf("GET", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "BREW", "post", "P\u00d6ST", ""))),
        Target, Gen.Frequency((4, Gen.Const(Array.Empty<string>())), (1, Header.Array[1, 3])), Bytes)
        .Select(c => new BadCase(c.Item1, c.Item2, c.Item3, c.Item4));

    private static string Object((string Name, string Value)[] fields) => $"{{{string.Join(",", fields.Select(f => $"{f.Name}:{f.Value}"))}}}";

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
