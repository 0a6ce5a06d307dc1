using System.Text;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>Embeddings pass through; they are no stream, but bounded, counted and cancelled like one.</summary>
public class EmbeddingsTests
{
    private const string Body = """ {"model":"m", "input":["one","\u00fc"],"dimensions":2.0,"x_unknown":[1e0]} """;
    private const string Answer = """{"object":"list","data":[{"embedding":[-1e-7,2.50],"index":0}],"usage":{"prompt_tokens":2,"total_tokens":2} }""";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Before_the_upstream_has_answered_anything_a_client_that_leaves_ends_its_connection()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await AskAsync(both);
        client.Dispose();

        await call.Closed.WaitAsync(Bound);
        await NothingIsOpenAsync(both);
    }

    [Fact]
    public async Task Request_and_answer_pass_byte_for_byte()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await AskAsync(both);
        using var _ = client;
        await call.AnswerAsync("200 OK", Answer);

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((200, "application/json", Answer), (answer.Status, answer.Header("Content-Type"), answer.Text));
        Assert.Equal(Encoding.UTF8.GetBytes(Body), call.BodyBytes);
        Assert.StartsWith("POST /v1/embeddings HTTP/1.1", call.Head);
        Assert.Contains($"\r\nX-Request-ID: {answer.Header("X-Trace-Id")}\r\n", call.Head);
        Assert.Empty(both.Server.Log.Of("stream_accepted"));
        await Eventually.HoldsAsync(() => Assert.Matches(
            $" INF request_answered path=/v1/embeddings trace={answer.Header("X-Trace-Id")} model=m backend=up owner=local duration_ms=[0-9.]+ client=127.0.0.1$",
            Assert.Single(both.Server.Log.All)));
        await NothingIsOpenAsync(both);
    }

    [Fact]
    public async Task They_end_no_stream_of_a_session()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (chat, streaming) = await both.AskAsync(session: "s");
        using var _ = chat;
        var (client, call) = await AskAsync(both, "X-Session-Id: s\r\n");
        using var __ = client;
        await call.AnswerAsync("200 OK", Answer);

        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
        Assert.False(streaming.HasClosed);
    }

    [Fact]
    public async Task The_total_deadline_ends_them()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Generations:TotalTimeout", "00:00:00.300"));
        var (client, call) = await AskAsync(both);
        using var _ = client;

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((400, "total_timeout"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        await call.Closed.WaitAsync(Bound);
        await NothingIsOpenAsync(both);
    }

    [Fact]
    public async Task They_count_among_the_streams_that_may_be_open()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Server:MaxStreams", "1"));
        var (client, call) = await AskAsync(both);
        using var _ = client;
        using var chat = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat());
        Assert.Equal("too_many_streams", (await chat.ReadAnswerAsync()).Error.GetProperty("code").GetString());
        await call.AnswerAsync("200 OK", Answer);
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
        await NothingIsOpenAsync(both);

        var (streams, _) = await both.AskAsync();
        using var __ = streams;
        using var refused = await RawClient.ConnectAsync(both.Server);
        await refused.PostAsync("/v1/embeddings", Body);
        Assert.Equal(503, (await refused.ReadAnswerAsync()).Status);
    }

    [Fact]
    public async Task They_wait_for_a_place_at_their_backend()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:MaxConcurrent", "1"), ("Backends:up:MaxWaiting", "0"));
        var (client, _) = await AskAsync(both);
        using var __ = client;
        using var second = await RawClient.ConnectAsync(both.Server);
        await second.PostAsync("/v1/embeddings", Body);

        var refused = await second.ReadAnswerAsync();

        Assert.Equal((503, "backend_busy"), (refused.Status, refused.Error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_limits_and_models_of_a_key_hold_for_them()
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("ann-key"u8));
        await using var both = await ServerWithUpstream.StartAsync(
            ("Backends:up:Models:1", "other"), ("Auth:Keys:ann:Sha256", hash), ("Auth:Keys:ann:Models:0", "m"), ("Auth:Keys:ann:PromptsPerMinute", "1"));
        const string key = "Authorization: Bearer ann-key\r\n";
        using var other = await RawClient.ConnectAsync(both.Server);
        await other.PostAsync("/v1/embeddings", """{"model":"other","input":"a"}""", key);
        Assert.Equal((404, "model_not_found"), await CodeAsync(other));
        var (client, call) = await AskAsync(both, key);
        using var _ = client;
        await call.AnswerAsync("200 OK", Answer);
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);

        using var second = await RawClient.ConnectAsync(both.Server);
        await second.PostAsync("/v1/embeddings", Body, key);

        Assert.Equal((429, "too_many_prompts_for_key"), await CodeAsync(second));
    }

    [Theory]
    [InlineData("400 Bad Request", """{"error":{"message":"too long"}}""", 400, "too long")]
    [InlineData("429 Too Many Requests", """{"error":"slow down"}""", 429, "slow down")]
    [InlineData("500 Oops", """{"error":{"message":"it broke"}}""", 502, "it broke")]
    [InlineData("500 Oops", "<h1>secret</h1>", 502, "The model server failed.")]
    [InlineData("200 OK", "not JSON, secret", 400, "The model server failed.")]
    [InlineData("200 OK", """{"error":{"message":"out of memory"}}""", 400, "out of memory")]
    public async Task What_the_upstream_says_instead_is_told_as_for_chats(string status, string body, int expected, string message)
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await AskAsync(both);
        using var _ = client;
        await call.AnswerAsync(status, body);

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((expected, message), (answer.Status, answer.Error.GetProperty("message").GetString()));
        Assert.DoesNotContain("secret", answer.Text);
        await NothingIsOpenAsync(both);
    }

    [Fact]
    public async Task A_server_that_stops_ends_them()
    {
        var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await AskAsync(both);
        using var _ = client;

        var stopping = both.Server.DisposeAsync().AsTask();

        var answer = await client.ReadAnswerAsync();
        Assert.Equal((503, "server_shutdown"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        await call.Closed.WaitAsync(Bound);
        await stopping.WaitAsync(Bound);
        await both.Upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("/v1/embeddings", """{"input":"a"}""", "embeddings")]
    [InlineData("/v1/completions", """{"prompt":"a"}""", "completions")]
    public async Task A_backend_that_does_not_offer_it_is_told_apart_from_one_that_is_not_there(string path, string body, string what)
    {
        await using var server = await TestServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server);
        await client.PostAsync(path, body);

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((404, "not_offered"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.Contains($"does not offer {what} here", answer.Error.GetProperty("message").GetString());
        Assert.Equal(0, server.Responses.Count);
    }

    private static async Task<(RawClient Client, UpstreamCall Call)> AskAsync(ServerWithUpstream both, string headers = "")
    {
        var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/embeddings", Body, headers);
        return (client, await both.Upstream.NextCallAsync());
    }

    private static async Task<(int Status, string? Code)> CodeAsync(RawClient client)
    {
        var answer = await client.ReadAnswerAsync();
        return (answer.Status, answer.Error.GetProperty("code").GetString());
    }

    private static Task NothingIsOpenAsync(ServerWithUpstream both) => Eventually.HoldsAsync(() => Assert.Equal(0, both.Server.Responses.Count));
}
