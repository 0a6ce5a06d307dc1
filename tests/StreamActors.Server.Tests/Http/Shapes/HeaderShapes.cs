using static StreamActors.Server.Tests.Http.Shapes.RequestShape;

namespace StreamActors.Server.Tests.Http.Shapes;

/// <summary>What stands in headers.</summary>
internal static class HeaderShapes
{
    /// <summary>None of them is read here.</summary>
    public static IEnumerable<RequestShape> Unread =>
    [
        .. new[]
        {
            "X-Title: caf\u00e9", "X-Title: caf\u00c3\u00a9 \u00f0\u009f\u00a6\u009c", "X-Title: \u00ff\u00fe\u0080", "X-Empty:", "X-Tab: \t a\tb", "X-Title: a\r\nX-Title: b", "Cookie: a=" + new string('x', 12_000),
            "Remote-Name: J\u00fcrgen", "HTTP-Referer: https://x.example/\u00e9", "User-Agent: \u00e4gent/1.0", "Accept-Language: *", "Expect: nothing", "X-HTTP-Method-Override: DELETE",
            "traceparent: caf\u00e9", "tracestate: caf\u00e9=1", "X-Forwarded-For: caf\u00e9", "Forwarded: for=\u00e9", "Accept: \u00e9", "Content-Type: \u00e9", "OpenAI-Organization:", "anthropic-version: 2023-06-01",
        }.Select(headers => Post($"a header that is not read: {Short(headers)}", Chat, headers: headers)),
        // Those that are read are as strict as ever.
        Post("Origin in Latin-1", Chat, 403, "origin_not_allowed", "Origin: http://caf\u00e9"),
        Post("a coding in Latin-1", Chat, 415, "unsupported_encoding", "Content-Encoding: \u00e9"),
    ];

    /// <summary>The session that a request names.</summary>
    public static IEnumerable<RequestShape> Sessions =>
    [
        .. new[]
        {
            "", " ", "\t", "undefined", "Undefined", "null", "NULL", "None", "nil", "NaN", "(null)", "<nil>", "<none>", "[object Object]", "{{chat_id}}", "{{ chat_id }}", "{{USER.sessionId}}", "${SESSION}", "${{ env.SESSION }}",
            "$SESSION_ID", "$(SESSION_ID)", "{session}", "{session_id}", "%SESSION%", "<session-id>", "<your session id>", "#{session}", "@{session}", "[session]",
        }.Select(id => Post($"no session: '{id}'", Chat, headers: $"X-Session-Id: {id}", says: "X-Session-Id: once-")),
        .. new[] { "a", "A.b_c:d-1", "none-of-them", "undefined1", "0", "-", "once", new string('a', 128) }.Select(id =>
            Post($"session: {Short(id)}", Chat, headers: $"X-Session-Id: {id}", says: $"X-Session-Id: {id}\r\n")),
        .. new[] { "a b", "a/b", "{open", "$", "$1", "a,b", "\"a\"", "f\u00fcr", "{{a}}{{b}}", "x-{{chat_id}}", "a\r\nX-Session-Id: b", "\r\nX-Session-Id: a", new string('a', 129) }.Select(id =>
            Post($"no session id: {Short(id)}", Chat, 400, "invalid_request", $"X-Session-Id: {id}", says: "X-Session-Id must be")),
    ];

    /// <summary>What is not proper HTTP, and never reaches what is behind it.</summary>
    public static IEnumerable<RequestShape> Improper =>
    [
        Raw("a path beyond ASCII", "GET /v1/models/caf\u00e9 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad_request"),
        Raw("a path with a null", "GET /v1/\0 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad_request"),
        Raw("a forged line in a path", "GET /v1/x%0d%0a2026-01-01T00:00:00%20INF%20stream_end%20trace=forged HTTP/1.1\r\nX-No-Host: x\r\n\r\n", 400, "bad_request"),
        Raw("no host", "GET /v1/models HTTP/1.1\r\n\r\n", 400, "bad_request"),
        Raw("two hosts", "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400, "bad_request"),
        Raw("a host beyond ASCII", "GET /v1/models HTTP/1.1\r\nHost: caf\u00e9\r\n\r\n", 400, "bad_request"),
        Raw("a header without a colon", "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nsecret sk-1\r\n\r\n", 400, "bad_request"),
        Raw("a header with a space before the colon", "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization : Bearer secret\r\n\r\n", 400, "bad_request"),
        Raw("a null in a header", "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-A: secret\0\r\n\r\n", 400, "bad_request"),
        Raw("a folded header", "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-A: a\r\n b\r\n\r\n", 400, "bad_request"),
        Raw("a length that is none", "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n", 400, "bad_request"),
        Raw("two lengths", "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "bad_request"),
        Raw("an unknown transfer coding", "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "bad_request"),
        Raw("TLS where none is spoken", "\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000\u00a1\u0003\u0003\r\n\r\n", 400, "bad_request"),
        Raw("another protocol", "SSH-2.0-OpenSSH_9.2\r\n", 400, "bad_request"),
        Raw("HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http_version_not_supported"),
        Raw("36 kB of headers", $"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 12).Select(i => $"X-{i}: {new string('y', 3000)}\r\n"))}\r\n", 431, "headers_too_large"),
        Raw("150 headers", $"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 150).Select(i => $"X-{i}: y\r\n"))}\r\n", 431, "headers_too_large"),
        Raw("an address of 10 kB", $"GET /v1/models?{new string('x', 10_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "url_too_long"),
    ];

    private static RequestShape Raw(string name, string request, int status, string code) => new(name, System.Text.Encoding.Latin1.GetBytes(request), status, code);

    private static string Short(string text) => text.Length > 60 ? $"{text[..60]}... ({text.Length})" : text;
}
