using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class UpstreamStatusTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Refusal = """{"error":{"message":"max_tokens is too large: 9","type":"x","param":"max_tokens","code":"y"}}""";
    private const string Secret = """{"error":{"message":"Incorrect API key sk-secret at http://10.0.0.7","code":"x"}}""";

    public static TheoryData<string, string, int, string> Refusals => new()
    {
        { "400 Bad Request", Refusal, 400, "max_tokens is too large: 9" },
        { "404 Not Found", """{"error":"model 'x' not found"}""", 404, "model 'x' not found" },
        { "413 Payload Too Large", Refusal, 413, "max_tokens is too large: 9" },
        { "422 Unprocessable Content", Refusal, 422, "max_tokens is too large: 9" },
        { "400 Bad Request", "<html>no</html>", 400, "The backend refused the request." },
        { "400 Bad Request", "", 400, "The backend refused the request." },
        { "400 Bad Request", """{"error":{"message":"a\r\nb\u0000c"}}""", 400, "a  b c" },
        { "401 Unauthorized", Secret, 502, "The model server failed." },
        { "403 Forbidden", Secret, 502, "The model server failed." },
        { "500 Internal Server Error", "<html><h1>Traceback sk-secret</h1></html>", 502, "The model server failed." },
        { "503 Service Unavailable", Secret, 502, "The model server failed." },
        { "302 Found", Secret, 502, "The model server failed." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_keeps_what_the_caller_can_mend_and_tells_nothing_else(string status, string body, int expected, string message)
    {
        foreach (var stream in new[] { true, false })
        {
            var answer = await both.AnswerAsync(call => call.AnswerAsync(status, body, "text/html"), stream);

            Assert.Equal((expected, "application/json", true), (answer.Status, answer.Header("Content-Type"), answer.Finished));
            Assert.Equal(message, answer.Error.GetProperty("message").GetString());
            Assert.Equal("backend_error", answer.Error.GetProperty("code").GetString());
            Assert.Equal(expected == 502 ? "server_error" : "invalid_request_error", answer.Error.GetProperty("type").GetString());
            Assert.DoesNotContain("sk-secret", answer.Text);
        }

        await Books.BalancedAsync(both.Server);
        Assert.All(both.Server.Log.All, line => Assert.DoesNotContain("sk-secret", line));
    }

    [Theory]
    [InlineData("Retry-After: 17\r\n", "17")]
    [InlineData("", "1")]
    public async Task A_rate_limit_passes_with_the_time_to_wait(string header, string expected)
    {
        var answer = await both.AnswerAsync(call => call.AnswerAsync(
            "429 Too Many Requests", """{"error":{"message":"Slow down"}}""", headers: header));

        Assert.Equal((429, expected), (answer.Status, answer.Header("Retry-After")));
        Assert.Equal("rate_limit_error", answer.Error.GetProperty("type").GetString());
        Assert.Equal("Slow down", answer.Error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backend_that_refuses_connections_gives_502_backend_unreachable(bool stream)
    {
        using var refusing = new RefusingAddress();
        await using var server = await TestServer.StartAsync(
            ("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:Url", refusing.Url), ("Backends:up:Models:0", "m"));
        using var client = await RawClient.PostChatAsync(server, ServerWithUpstream.Chat(stream));

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((502, "backend_unreachable"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.DoesNotContain("127.0.0.1", answer.Text);
        await Books.BalancedAsync(server);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 2")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    public async Task A_backend_that_does_not_speak_HTTP_gives_502(string greeting)
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.SendAsync(greeting);
        await call.CloseAsync();

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((502, "backend_error"), (answer.Status, answer.Error.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("""{"error":{"message":"boom sk-secret"}}""", "backend_error")]
    [InlineData("{\"choices\":[", "backend_error")]
    [InlineData("", "backend_error")]
    public async Task A_broken_answer_that_is_not_streamed_gives_502(string body, string code)
    {
        var answer = await both.AnswerAsync(call => call.AnswerAsync("200 OK", body), stream: false);

        Assert.Equal((502, code), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.DoesNotContain("sk-secret", answer.Text);
    }

    [Fact]
    public async Task An_answer_that_is_not_streamed_and_stops_early_gives_502_backend_truncated()
    {
        var answer = await both.AnswerAsync(
            async call =>
            {
                await call.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"choices\":");
                await call.CloseAsync();
            },
            stream: false);

        Assert.Equal((502, "backend_truncated"), (answer.Status, answer.Error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_prompt_is_not_sent_again_when_a_used_connection_closes_without_an_answer()
    {
        await using var own = await ServerWithUpstream.StartAsync();
        Assert.Equal(200, (await own.AnswerAsync(call => call.AnswerAsync("200 OK", "{}"), stream: false)).Status);
        await Books.BalancedAsync(own.Server);

        var answer = await own.AnswerAsync(call => call.CloseAsync());

        Assert.Equal(502, answer.Status);
        await Books.BalancedAsync(own.Server);
        Assert.Equal(1, own.Upstream.Connections);
    }
}
