using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Proxies;

/// <summary>What a trusted proxy says of a request: under which address the client knows this server, and where the client is.</summary>
public class BehindProxyTests(BehindProxyTests.Server behind) : IClassFixture<BehindProxyTests.Server>
{
    public sealed class Server() : ServerWithUpstream([.. Keys.Required, Keys.Of("alice", "key-a")]);

    /// <summary>Header lines, the server's address as the client then sees it, and the client's in the log.</summary>
    public static TheoryData<string, string, string> Said => new()
    {
        { "", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-For: 203.0.113.7", "http://localhost", "203.0.113.7" },
        { "X-Forwarded-For: 203.0.113.7:4711", "http://localhost", "203.0.113.7" },
        { "X-Forwarded-For: 2001:db8::7", "http://localhost", "2001:db8::7" },
        { "X-Forwarded-For: [2001:db8::7]:4711", "http://localhost", "2001:db8::7" },
        { "X-Forwarded-For: ::ffff:203.0.113.7", "http://localhost", "203.0.113.7" },
        // What stands left of the first address that is no proxy's was written by anybody.
        { "X-Forwarded-For: 198.51.100.1, 203.0.113.7", "http://localhost", "203.0.113.7" },
        { "X-Forwarded-For: 127.0.0.1, 203.0.113.7", "http://localhost", "203.0.113.7" },
        { "X-Forwarded-For: 203.0.113.7, 127.0.0.2, ::1", "http://localhost", "203.0.113.7" },
        { "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: 127.0.0.2", "http://localhost", "203.0.113.7" },
        { $"X-Forwarded-For: 203.0.113.7{string.Concat(Enumerable.Repeat(", 127.0.0.1", 1000))}", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-For: unknown", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-For: _hidden, 203.0.113.7", "http://localhost", "203.0.113.7" },
        { "X-Forwarded-For: 7 owner=alice", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-For:", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-Proto: https", "https://localhost", "127.0.0.1" },
        { "X-Forwarded-Proto: HTTPS", "https://localhost", "127.0.0.1" },
        { "X-Forwarded-Proto: javascript", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-Proto: https://x", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-Host: chat.example", "http://chat.example", "127.0.0.1" },
        { "X-Forwarded-Host: chat.example:8443", "http://chat.example:8443", "127.0.0.1" },
        { "X-Forwarded-Host: [2001:db8::7]:8443", "http://[2001:db8::7]:8443", "127.0.0.1" },
        { "X-Forwarded-Host: <b>x</b>", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-Host: a/b", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-Prefix: /llm", "http://localhost/llm", "127.0.0.1" },
        { "X-Forwarded-Prefix: /llm/", "http://localhost/llm", "127.0.0.1" },
        { "X-Forwarded-Prefix: /a/b%20c/", "http://localhost/a/b%20c", "127.0.0.1" },
        { "X-Forwarded-Prefix: /", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-Prefix: llm", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-Prefix: //evil.example", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-Prefix: /llm?x=", "http://localhost", "127.0.0.1" },
        { "X-Forwarded-Prefix: /\\evil.example", "http://localhost", "127.0.0.1" },
        {
            "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: chat.example\r\nX-Forwarded-Prefix: /llm",
            "https://chat.example/llm", "203.0.113.7"
        },
        // The newer header is not read.
        { "Forwarded: for=203.0.113.7;proto=https;host=chat.example", "http://localhost", "127.0.0.1" },
        { "X-Real-IP: 203.0.113.7", "http://localhost", "127.0.0.1" },
    };

    [Theory]
    [MemberData(nameof(Said))]
    public async Task What_a_proxy_on_this_machine_says_is_believed(string headers, string address, string client)
    {
        var index = await AskAsync(behind.Server, "GET / HTTP/1.1", headers);
        var refused = await AskAsync(behind.Server, "GET /v1/models HTTP/1.1", headers);

        Assert.Equal((200, 401), (index.Status, refused.Status));
        Assert.Contains($"curl -N {address}/v1/chat/completions", index.Text);
        Assert.EndsWith($" owner=- client={client}", behind.Server.Log.Of("request_rejected")[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("192.0.2.0/24,2001:db8::/32")]
    public async Task What_a_stranger_says_is_not(string proxies)
    {
        await using var server = await TestServer.StartAsync([.. Keys.Required, Keys.Of("alice", "key-a"), ("Server:TrustedProxies", proxies)]);
        const string Everything = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: chat.example\r\nX-Forwarded-Prefix: /llm";

        var index = await AskAsync(server, "GET / HTTP/1.1", Everything);
        await AskAsync(server, "GET /v1/models HTTP/1.1", Everything);

        Assert.Contains("curl -N http://localhost/v1/chat/completions", index.Text);
        Assert.EndsWith(" client=127.0.0.1", Assert.Single(server.Log.Of("request_rejected")));
    }

    /// <summary>Neither in front of the metrics nor of the operators' door: what it says can only cost, never earn.</summary>
    [Theory]
    [InlineData("X-Forwarded-For: 127.0.0.1")]
    [InlineData("X-Forwarded-For: ::1")]
    [InlineData("X-Forwarded-Host: localhost")]
    [InlineData("X-Forwarded-Host: 127.0.0.1:8000")]
    [InlineData("X-Forwarded-Proto: http")]
    [InlineData("X-Forwarded-Prefix: /ops")]
    [InlineData("X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Host: localhost\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Prefix: /")]
    [InlineData("Forwarded: for=127.0.0.1;host=localhost")]
    [InlineData("X-Forwarded-Host: localhost", "evil.example")]
    public async Task No_header_makes_a_caller_one_of_this_machine(string headers, string host = "localhost")
    {
        var metrics = await AskAsync(behind.Server, "GET /metrics HTTP/1.1", headers, host);
        var operating = await AskAsync(
            behind.Server, "POST /ops/v1/commands HTTP/1.1", $"{headers}\r\nAuthorization: Bearer {behind.Server.OperatorKey}\r\nContent-Length: 0", host);

        Assert.Equal((401, 403), (metrics.Status, operating.Status));
    }

    [Fact]
    public async Task The_clients_address_stands_in_the_lines_of_its_streams()
    {
        using var client = await RawClient.ConnectAsync(behind.Server);
        await client.PostAsync(
            "/v1/chat/completions", ServerWithUpstream.Chat(stream: false), "Authorization: Bearer key-a\r\nX-Forwarded-For: 203.0.113.9\r\n");
        await (await behind.Upstream.NextCallAsync()).AnswerAsync("200 OK", "{}");
        await client.ReadAnswerAsync();

        Assert.EndsWith(" owner=alice client=203.0.113.9", behind.Server.Log.Of("stream_accepted")[^1]);
    }

    private static async Task<RawAnswer> AskAsync(TestServer server, string request, string headers, string host = "localhost")
    {
        using var client = await RawClient.ConnectAsync(server);
        await client.SendAsync($"{request}\r\nHost: {host}\r\n{headers}{(headers.Length == 0 ? "" : "\r\n")}\r\n");
        return await client.ReadAnswerAsync();
    }
}
