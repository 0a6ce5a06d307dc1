using System.Text.Json;
using StreamActors.Server.Tests.Ollama;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>What Ollama's command line does beside prompts: it loads a model ahead of one, lets go of it, shows it, lists what is loaded.</summary>
public class OllamaLoadTests
{
    private const string ShowRequest = """{"model":"m","verbose":true}""";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    /// <summary>Path, body, and the answer but for its time.</summary>
    public static TheoryData<string, string, string> Loads => new()
    {
        { "/api/generate", """{"model":"m"}""", """ "response":"","done":true,"done_reason":"load"} """ },
        { "/api/generate", """{"model":"m","prompt":"","keep_alive":"0s"}""", """ "response":"","done":true,"done_reason":"unload"} """ },
        { "/api/chat", """{"model":"m","messages":[]}""", """ "message":{"role":"assistant","content":""},"done":true,"done_reason":"load"} """ },
        { "/api/chat", """{"model":"m","keep_alive":0}""", """ "message":{"role":"assistant","content":""},"done":true,"done_reason":"unload"} """ },
    };

    [Theory]
    [MemberData(nameof(Loads))]
    public async Task Where_no_Ollama_serves_the_model_it_counts_as_loaded_and_nobody_is_asked(string path, string body, string expected)
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (chat, streaming) = await both.AskAsync(session: "s");
        using var _ = chat;
        using var client = await both.Server.PostAsync(path, body, session: "s");

        AssertLoaded(expected, await client.ReadAnswerAsync());

        Assert.False(streaming.HasClosed);
        Assert.Equal(1, both.Upstream.Connections);
        Assert.Single(both.Server.Log.Of("stream_accepted"));
    }

    [Theory]
    [MemberData(nameof(Loads))]
    public async Task An_Ollama_is_told_and_has_then_done_it_and_nothing_is_superseded(string path, string body, string expected)
    {
        await using var both = new ServerWithOllama(("Backends:up:NumCtx", "4096"));
        await both.InitializeAsync();
        var (chat, streaming) = await both.AskAsync(session: "s");
        using var _ = chat;
        using var client = await both.Server.PostAsync(path, body, session: "s");
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", """{"model":"m","done":true,"done_reason":"load"}""");

        AssertLoaded(expected, await client.ReadAnswerAsync());

        Assert.StartsWith("POST /api/generate HTTP/1.1", call.Head);
        var told = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal(("m", false, 4096), (told.GetProperty("model").GetString(), told.GetProperty("stream").GetBoolean(), told.GetProperty("options").GetProperty("num_ctx").GetInt32()));
        Assert.Equal(expected.Contains("unload", StringComparison.Ordinal), told.TryGetProperty("keep_alive", out var _));
        Assert.False(told.TryGetProperty("prompt", out var _));
        Assert.False(streaming.HasClosed);
        await Eventually.HoldsAsync(() => Assert.Contains($" path={path} ", Assert.Single(both.Server.Log.Of("request_answered"))));
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_loading()
    {
        await using var both = new ServerWithOllama();
        await both.InitializeAsync();
        var client = await both.Server.PostAsync("/api/generate", """{"model":"m"}""");
        var call = await both.Upstream.NextCallAsync();

        client.Dispose();

        await call.Closed.WaitAsync(Bound);
        Assert.Empty(both.Server.Log.Of("request_answered"));
    }

    [Theory]
    [InlineData("404 Not Found", """{"error":"model 'm' not found"}""", 404, "model 'm' not found")]
    [InlineData("400 Bad Request", """{"error":"\"m\" does not support thinking"}""", 400, "\"m\" does not support thinking")]
    [InlineData("500 Oops", """{"error":"it broke"}""", 502, "it broke")]
    public async Task What_an_Ollama_refuses_is_not_said_to_be_loaded(string status, string body, int expected, string message)
    {
        await using var both = new ServerWithOllama();
        await both.InitializeAsync();
        using var client = await both.Server.PostAsync("/api/generate", """{"model":"m","think":true}""");
        await (await both.Upstream.NextCallAsync()).AnswerAsync(status, body);

        var refused = (await client.ReadAnswerAsync()).AssertRefused(expected, "backend_error");

        Assert.Equal(message, refused.GetProperty("error").GetString());
        Assert.Empty(both.Server.Log.Of("request_answered"));
    }

    [Fact]
    public async Task An_Ollama_shows_its_model_itself()
    {
        await using var both = new ServerWithOllama();
        await both.InitializeAsync();
        using var client = await both.Server.PostAsync("/api/show", ShowRequest);
        var call = await both.Upstream.NextCallAsync();
        const string shown = """{"capabilities":["completion","vision"],"model_info":{"general.architecture":"gemma3"}}""";
        await call.AnswerAsync("200 OK", shown);

        Assert.Equal((200, shown), ((await client.ReadAnswerAsync()) is { } answer ? (answer.Status, answer.Text) : default));
        Assert.StartsWith("POST /api/show HTTP/1.1", call.Head);
        Assert.Equal(ShowRequest, call.Body);
    }

    [Theory]
    [InlineData("200 OK", "not JSON, secret")]
    [InlineData("200 OK", "[]")]
    [InlineData("500 Oops", "secret")]
    public async Task What_is_no_description_is_not_passed_on(string status, string body)
    {
        await using var both = new ServerWithOllama();
        await both.InitializeAsync();
        using var client = await both.Server.PostAsync("/api/show", ShowRequest);
        await (await both.Upstream.NextCallAsync()).AnswerAsync(status, body);

        (await client.ReadAnswerAsync()).AssertRefused(502, "backend_error");
    }

    [Theory]
    [InlineData("""{"models":[{"name":"m:latest","size":7},{"name":"secret","size":8},{"size":9},null]}""", 1)]
    [InlineData("""{"models":{}}""", 0)]
    [InlineData("[]", 0)]
    [InlineData("nothing", 0)]
    public async Task Loaded_models_are_listed_as_far_as_the_key_may_use_them(string body, int count)
    {
        await using var both = new ServerWithOllama([.. Keys.Required, Keys.Of("ann", "ann-key"), ("Auth:Keys:ann:Models:0", "m")]);
        await both.InitializeAsync();
        var asking = both.Server.CallAsKeyAsync("ann-key", HttpMethod.Get, "/api/ps");
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", body);

        var (status, list) = await asking;

        Assert.StartsWith("GET /api/ps HTTP/1.1", call.Head);
        Assert.Equal((200, count), (status, list.GetProperty("models").GetArrayLength()));
        Assert.DoesNotContain("secret", list.GetRawText());
    }

    [Fact]
    public async Task An_Ollama_that_is_silent_about_what_it_has_loaded_keeps_nobody_waiting()
    {
        await using var both = new ServerWithOllama();
        await both.InitializeAsync();

        Assert.Equal("""{"models":[]}""", await both.Server.Http.GetStringAsync("/api/ps").WaitAsync(TimeSpan.FromSeconds(4)));
        Assert.StartsWith("GET /api/ps ", (await both.Upstream.NextCallAsync()).Head);
    }

    private static void AssertLoaded(string expected, RawAnswer answer)
    {
        Assert.Equal((200, true, "application/json"), (answer.Status, answer.Finished, answer.Header("Content-Type")));
        Assert.Matches("^{\"model\":\"m\",\"created_at\":\"[0-9T:.-]+Z\",", answer.Text);
        Assert.EndsWith("," + expected.Trim(), answer.Text);
    }
}
