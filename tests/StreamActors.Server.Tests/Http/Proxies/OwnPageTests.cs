using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Proxies;

/// <summary>Which page is the server's own, behind a proxy and not.</summary>
public class OwnPageTests(OwnPageTests.WithKeys required, OwnPageTests.WithoutKeys optional)
    : IClassFixture<OwnPageTests.WithKeys>, IClassFixture<OwnPageTests.WithoutKeys>
{
    private const string Same = "Sec-Fetch-Site: same-origin";

    public sealed class WithKeys() : ServerWithUpstream([.. Keys.Required, Keys.Of("alice", "key-a")]);

    public sealed class WithoutKeys() : ServerWithUpstream([Keys.Of("alice", "key-a")]);

    /// <summary>The page's origin, the Host header that arrives, further headers, and what comes of it with keys required and optional.</summary>
    public static TheoryData<string, string, string, int, int> Pages => new()
    {
        // Without a proxy, also where a port is passed on from another one.
        { "http://localhost", "localhost", "", 200, 200 },
        { "http://localhost:9000", "localhost:9000", "", 200, 200 },
        { "http://[::1]:9000", "[::1]:9000", "", 200, 200 },
        { "http://localhost:3000", "localhost:9000", "", 403, 403 },
        { "https://localhost:9000", "localhost:9000", "", 403, 403 },
        // A proxy with TLS that passes the name on, and says how it was called.
        { "https://chat.example", "chat.example", "X-Forwarded-Proto: https", 200, 403 },
        { "https://chat.example", "chat.example:443", "X-Forwarded-Proto: https", 200, 403 },
        { "https://chat.example:8443", "chat.example:8443", "X-Forwarded-Proto: https", 200, 403 },
        { "https://chat.example", "127.0.0.1:8000", "X-Forwarded-Proto: https\r\nX-Forwarded-Host: chat.example", 200, 403 },
        { "https://chat.example", "127.0.0.1:8000", "X-Forwarded-Proto: https\r\nX-Forwarded-Host: chat.example\r\nX-Forwarded-Prefix: /llm", 200, 403 },
        { "https://localhost:8443", "127.0.0.1:8000", "X-Forwarded-Proto: https\r\nX-Forwarded-Host: localhost:8443", 200, 200 },
        { "https://evil.example", "chat.example", "X-Forwarded-Proto: https", 403, 403 },
        { "http://chat.example", "chat.example", "X-Forwarded-Proto: https", 403, 403 },
        // A proxy that says nothing: the browser does.
        { "https://chat.example", "127.0.0.1:8000", Same, 200, 200 },
        { "https://chat.example", "127.0.0.1:8000", "", 403, 403 },
        { "https://evil.example", "127.0.0.1:8000", "Sec-Fetch-Site: cross-site", 403, 403 },
        { "http://localhost:3000", "127.0.0.1:8000", "Sec-Fetch-Site: same-site", 403, 403 },
        { "https://evil.example", "127.0.0.1:8000", "Sec-Fetch-Site: none", 403, 403 },
        { "https://evil.example", "127.0.0.1:8000", $"{Same}\r\nSec-Fetch-Site: cross-site", 403, 403 },
        // A foreign name that was made to point here: it needs a key, and where none is needed it is not let in.
        { "http://evil.example", "evil.example", "", 200, 403 },
        { "http://evil.example", "evil.example", Same, 200, 403 },
        { "http://evil.example", "evil.example", "X-Forwarded-Host: localhost", 403, 403 },
        { "http://evil.example", "127.0.0.1:8000", "X-Forwarded-Host: evil.example", 200, 403 },
        { "null", "localhost", "", 403, 403 },
        { "http://localhost/", "localhost", "", 403, 403 },
        { "http://user@localhost", "localhost", "", 403, 403 },
        { "", "localhost", "", 403, 403 },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_may_call_the_address_it_came_from(string origin, string host, string headers, int withKeys, int withoutKeys)
    {
        Assert.Equal(withKeys, await AskAsync(required.Server, origin, host, headers));
        Assert.Equal(withoutKeys, await AskAsync(optional.Server, origin, host, headers));
    }

    /// <summary>Where a foreign name for this machine is an own page of sorts, it has the means of any stranger: none without a key.</summary>
    [Fact]
    public async Task A_foreign_name_for_this_machine_gets_nowhere_without_a_key() =>
        Assert.Equal(401, await AskAsync(required.Server, "http://evil.example", "evil.example", "", key: "none"));

    private static async Task<int> AskAsync(TestServer server, string origin, string host, string headers, string key = "key-a")
    {
        using var client = await RawClient.ConnectAsync(server);
        await client.SendAsync(
            $"GET /v1/models HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nAuthorization: Bearer {key}\r\n{headers}{(headers.Length == 0 ? "" : "\r\n")}\r\n");
        return (await client.ReadAnswerAsync()).Status;
    }
}
