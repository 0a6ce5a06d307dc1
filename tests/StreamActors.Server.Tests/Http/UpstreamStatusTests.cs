using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class UpstreamStatusTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Refusal = """{"error":{"message":"max_tokens is too large: 9","type":"x","param":"max_tokens","code":"y","n_ctx":4096}}""";
    private const string Bare = """{"error":{"message":"No"}}""";
    private const string Secret = """{"error":{"message":"Incorrect API key sk-secret at http://10.0.0.7","code":"x"}}""";

    /// <summary>What the model server says, and status, type, code and message of what its caller is told.</summary>
    public static TheoryData<string, string, int, string, string, string> Refusals
    {
        get
        {
            var rows = new TheoryData<string, string, int, string, string, string>
            {
                { "404 Not Found", """{"error":"model 'x' not found"}""", 404, Invalid, Ours, "model 'x' not found" },
                { "400 Bad Request", "<html>no</html>", 400, Invalid, Ours, "The backend refused the request." },
                { "400 Bad Request", "", 400, Invalid, Ours, "The backend refused the request." },
                { "400 Bad Request", "Just words", 400, Invalid, Ours, "Just words" },
                { "400 Bad Request", """{"error":{"message":"a\r\nb\u0000c"}}""", 400, Invalid, Ours, "a  b c" },
                { "400 Bad Request", Secret, 400, Invalid, "x", "Incorrect API key [hidden] at [model server]" },
                { "401 Unauthorized", Secret, 502, Failed, "backend_auth", Key },
                { "403 Forbidden", Secret, 502, Failed, "backend_auth", Key },
                { "407 Proxy", Secret, 502, Failed, "x", "Incorrect API key [hidden] at [model server]" },
                { "429 Too Many Requests", "", 429, "rate_limit_error", Ours, "The model server takes no more requests of yours for now; try again later." },
                { "500 Internal Server Error", Refusal, 502, "x", "y", "max_tokens is too large: 9" },
                { "500 Internal Server Error", "<html><h1>Traceback sk-secret</h1></html>", 502, Failed, Ours, "The model server failed." },
                { "500 Internal Server Error", "sk-secret in line 7", 502, Failed, Ours, "The model server failed." },
                { "502 Bad Gateway", Bare, 502, Failed, Ours, "No" },
                { "504 Gateway Timeout", Bare, 400, Invalid, Ours, "No" },
                { "524 A Timeout Occurred", "<title>x | 524: A timeout occurred</title>", 400, Invalid, Ours, "The model server failed." },
                { "520 Unknown", "<title>x | 520: Web server</title>", 502, Failed, Ours, "The model server failed." },
                { "501 Not Implemented", Bare, 501, Failed, Ours, "No" },
                { "503 Service Unavailable", """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", 503, "unavailable_error", "503", "Loading model" },
                { "503 Service Unavailable", "", 503, Failed, Ours, "The model server takes no requests now; try again later." },
                { "529 Overloaded", """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", 529, "overloaded_error", Ours, "Overloaded" },
            };
            foreach (var status in new[] { 400, 402, 404, 405, 406, 408, 409, 410, 413, 415, 418, 422, 423, 424, 425, 429, 431, 451, 499 })
                rows.Add($"{status} No", Refusal, status, "x", "y", "max_tokens is too large: 9");
            return rows;
        }
    }

    private const string Ours = "backend_error";
    private const string Invalid = "invalid_request_error";
    private const string Failed = "server_error";
    private const string Key = "The model server refuses this server's key; its operator has to see to it.";

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_is_passed_on_as_it_is_and_what_is_the_operators_is_not(
        string status, string body, int expected, string type, string code, string message)
    {
        foreach (var stream in new[] { true, false })
        {
            var answer = await both.AnswerAsync(call => call.AnswerAsync(status, body, "text/html"), stream);

            Assert.Equal((expected, "application/json", true), (answer.Status, answer.Header("Content-Type"), answer.Finished));
            Assert.Equal(
                (type, code, message, body == Refusal ? "max_tokens" : null, body == Refusal ? 4096 : 0),
                (Text("type"), Text("code"), Text("message"), Text("param"), answer.Error.TryGetProperty("n_ctx", out var figure) ? figure.GetInt32() : 0));

            string? Text(string name) => answer.Error.GetProperty(name).GetString();
        }

        await Books.BalancedAsync(both.Server);
        Assert.All(both.Server.Log.All, line => Assert.DoesNotContain("sk-secret", line));
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
    [InlineData("""{"error":{"message":"boom at 10.0.0.7"}}""", "backend_error")]
    [InlineData("{\"choices\":[", "backend_truncated")]
    [InlineData("", "backend_truncated")]
    public async Task A_broken_answer_that_is_not_streamed_gives_400_that_no_client_retries(string body, string code)
    {
        var answer = await both.AnswerAsync(call => call.AnswerAsync("200 OK", body), stream: false);

        Assert.Equal((400, code, "false"), (answer.Status, answer.Error.GetProperty("code").GetString(), answer.Header("x-should-retry")));
        Assert.DoesNotContain("10.0.0.7", answer.Text);
    }

    [Fact]
    public async Task An_answer_that_is_not_streamed_and_stops_early_gives_400_backend_truncated()
    {
        var answer = await both.AnswerAsync(
            async call =>
            {
                await call.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"choices\":");
                await call.CloseAsync();
            },
            stream: false);

        Assert.Equal((400, "backend_truncated", "false"), (answer.Status, answer.Error.GetProperty("code").GetString(), answer.Header("x-should-retry")));
    }

    [Theory]
    [InlineData(false, 30, 400, "false")]
    [InlineData(false, 0, 502, null)]
    [InlineData(true, 30, 502, null)]
    public async Task A_connection_lost_in_silence_counts_as_a_generation_lost_where_the_answer_is_made_before_its_first_byte(
        bool stream, int seconds, int status, string? shouldRetry)
    {
        var time = new FakeTimeProvider();
        await using var own = await ServerWithUpstream.StartAsync(services => services.AddSingleton<TimeProvider>(time), ("Server:Heartbeat", "00:10:00"));

        var answer = await own.AnswerAsync(
            call =>
            {
                time.Advance(TimeSpan.FromSeconds(seconds));
                return call.CloseAsync();
            },
            stream);

        Assert.Equal(
            (status, "backend_error", shouldRetry),
            (answer.Status, answer.Error.GetProperty("code").GetString(), answer.Header("x-should-retry")));
        // A server that stops while something still ends waits by its clock.
        await Books.BalancedAsync(own.Server);
    }
}
