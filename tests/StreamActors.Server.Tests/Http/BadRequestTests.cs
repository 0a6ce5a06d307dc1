using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>Everything about a request that can be wrong, other than its body.</summary>
public class BadRequestTests(BadRequestTests.SmallServer both) : IClassFixture<BadRequestTests.SmallServer>
{
    public sealed class SmallServer() : ServerWithUpstream(
        [("Server:MaxBodyBytes", "2048"), ("Server:AllowedOrigins:0", "https://chat.example"), ("Backends:up:Models:1", "other")]);

    [Theory]
    [InlineData("X-Session-Id: a b")]
    [InlineData("X-Session-Id: a/b")]
    [InlineData("X-Session-Id: ../x")]
    [InlineData("X-Session-Id: a!b")]
    [InlineData("X-Session-Id: a,b")]
    [InlineData("X-Session-Id: \"a\"")]
    [InlineData("X-Session-Id: f\u00fcr")]
    [InlineData("X-Session-Id: one\r\nX-Session-Id: two")]
    [InlineData("X-Session-Id: same\r\nx-session-id: same")]
    public async Task A_session_id_must_be_one_and_plain(string header)
    {
        var answer = await PostAsync(400, ServerWithUpstream.Chat(), header + "\r\n");

        Assert.Equal("X-Session-Id", answer.Error.GetProperty("param").GetString());
    }

    [Fact]
    public Task A_session_id_may_not_be_longer_than_128() => PostAsync(400, ServerWithUpstream.Chat(), $"X-Session-Id: {new string('a', 129)}\r\n");

    [Theory]
    [InlineData("""nope""")]
    [InlineData("""x\nstream_end trace=forged outcome=completed""")]
    [InlineData("""x\r\n2026-01-01T00:00:00 INF stream_end""")]
    [InlineData("""\u2028\u0085\u001b[2J""")]
    public async Task An_unknown_model_gives_404_with_those_that_are_known(string model)
    {
        var answer = await PostAsync(404, ServerWithUpstream.Chat().Replace("\"m\"", $"\"{model}\""));

        Assert.Equal(("model_not_found", "model"), (answer.Error.GetProperty("code").GetString(), answer.Error.GetProperty("param").GetString()));
        Assert.Contains("Known: m, other", answer.Error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer DEVKEY")]
    [InlineData("Bearer devkey devkey")]
    [InlineData("devkey")]
    [InlineData("Basic ZGV2a2V5OmRldmtleQ==")]
    [InlineData("Bearer devkey\r\nAuthorization: Bearer devkey")]
    public async Task A_wrong_key_gives_401_even_where_none_is_needed(string authorization)
    {
        var answer = await PostAsync(401, ServerWithUpstream.Chat(), $"Authorization: {authorization}\r\n");

        Assert.Equal(("authentication_error", "invalid_api_key"),
            (answer.Error.GetProperty("type").GetString(), answer.Error.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://127.0.0.1.evil.example")]
    [InlineData("https://chat.example.evil.example")]
    [InlineData("https://chat.example, https://evil.example")]
    [InlineData("https://chat.example\r\nOrigin: https://evil.example")]
    public async Task A_foreign_page_gets_403(string origin)
    {
        var answer = await PostAsync(403, ServerWithUpstream.Chat(), $"Origin: {origin}\r\n");

        Assert.Equal("origin_not_allowed", answer.Error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_foreign_page_that_names_itself_as_the_host_gets_403()
    {
        var answer = await Rejected.AssertAsync(both, 403, c => c.SendAsync(
            $"GET /v1/sessions HTTP/1.1\r\nHost: evil.example:{both.Server.Address.Port}\r\nOrigin: http://evil.example:{both.Server.Address.Port}\r\n\r\n"));

        Assert.Equal("host_not_allowed", answer.Error.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("http://127.0.0.1:PORT")]
    [InlineData("http://localhost:PORT")]
    [InlineData("https://chat.example")]
    public async Task The_own_page_and_configured_ones_may_call(string origin)
    {
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.SendAsync($"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin.Replace("PORT", $"{both.Server.Address.Port}")}\r\n\r\n");

        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
    }

    [Theory]
    [InlineData("Content-Length: 3000\r\n\r\n")]
    [InlineData("Content-Length: 99999999999\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nbb8\r\n")]
    public async Task A_body_that_is_too_large_gives_413(string rest)
    {
        var answer = await Rejected.AssertAsync(both, 413, c => c.SendAsync(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n{rest}{new string('x', 3000)}{(rest.Contains("chunked", StringComparison.Ordinal) ? "\r\n0\r\n\r\n" : "")}"));

        Assert.Equal("body_too_large", answer.Error.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("-5\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    public Task A_chunk_whose_size_is_none_gives_400(string chunk) => Rejected.AssertAsync(both, 400, c => c.SendAsync(
        $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}"));

    [Theory]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/v1/x%0astream_end%20trace=forged%20session=x", 404)]
    [InlineData("GET", "/%0d%0a2026-01-01T00:00:00%20INF%20stream_end", 404)]
    [InlineData("GET", "/%e2%80%a8%1b[2J", 404)]
    [InlineData("GET", "/v1/chat/completions", 405)]
    [InlineData("DELETE", "/v1/chat/completions", 405)]
    [InlineData("POST", "/v1/sessions", 405)]
    [InlineData("POST", "/healthz", 405)]
    [InlineData("GET", "/v1/sessions/unknown", 404)]
    [InlineData("DELETE", "/v1/sessions/unknown", 404)]
    [InlineData("GET", "/v1/sessions/a%0ab", 404)]
    [InlineData("POST", "/v1/streams/unknown/cancel", 404)]
    [InlineData("POST", "/v1/streams/0123456789abcdef0123456789abcdef/cancel", 404)]
    public Task What_is_not_there_or_not_allowed_is_said_in_the_same_shape(string method, string path, int status) =>
        Rejected.AssertAsync(both, status, c => c.SendAsync($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"));

    private Task<RawAnswer> PostAsync(int status, string body, string headers = "") =>
        Rejected.AssertAsync(both, status, c => c.PostAsync("/v1/chat/completions", body, headers));
}
