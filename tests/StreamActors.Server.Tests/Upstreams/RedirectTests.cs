using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Upstreams;

/// <summary>The configured address answers with a redirect.</summary>
public class RedirectTests
{
    private const string Completion = """{"choices":[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}]}""";

    [Theory]
    [InlineData("307 Temporary Redirect", "/v1/chat/completions/", "POST /v1/chat/completions/ ")]
    [InlineData("308 Permanent Redirect", "/other/chat/completions?a=1", "POST /other/chat/completions?a=1 ")]
    public async Task To_the_same_host_a_prompt_is_sent_on_with_its_key(string status, string location, string expected)
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:ApiKey", "sk-own"));
        var (client, call) = await both.AskAsync(stream: false);
        using var _ = client;
        await call.AnswerAsync(status, "moved", headers: $"Location: {location}\r\n");

        var next = await both.Upstream.NextCallAsync();

        Assert.StartsWith(expected, next.Head);
        Assert.Equal(call.Body, next.Body);
        Assert.Contains("\r\nAuthorization: Bearer sk-own\r\n", next.Head);
        await next.AnswerAsync("200 OK", Completion);
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
    }

    [Fact]
    public async Task Three_times_at_the_most()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskAsync();
        using var _ = client;
        for (var hop = 0; hop < 4; hop++)
        {
            await call.AnswerAsync("307 Temporary Redirect", "", headers: $"Location: /v{hop}/chat/completions\r\n");
            if (hop < 3)
                call = await both.Upstream.NextCallAsync();
        }

        Assert.Equal(502, (await client.ReadAnswerAsync()).Status);
        Assert.Empty(both.Upstream.Rest());
    }

    [Theory]
    [InlineData("301 Moved Permanently", "https://models.example/v1/chat/completions?key=secret", "https://models.example/v1: put that into the setting.")]
    [InlineData("302 Found", "/login?state=secret", "/login: put that into the setting.")]
    [InlineData("303 See Other", "/v1/chat/completions/", "/v1: put that into the setting.")]
    [InlineData("307 Temporary Redirect", "https://user:secret@models.example/v1/chat/completions", "https://models.example/v1: put that into the setting.")]
    [InlineData("301 Moved Permanently", null, "Backends:up:Url answers with a redirect (301) that names no place to go to.")]
    public async Task Otherwise_the_operator_is_told_where_it_goes_and_the_caller_that_it_does(string status, string? location, string cause)
    {
        await using var both = await ServerWithUpstream.StartAsync();

        foreach (var stream in new[] { true, false })
        {
            var answer = await both.AnswerAsync(
                call => call.AnswerAsync(status, "<html>moved", "text/html", location is null ? "" : $"Location: {location}\r\n"), stream);

            Assert.Equal(502, answer.Status);
            Assert.Contains("redirects", answer.Error.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("example", answer.Text);
        }

        var line = Assert.Single(both.Server.Log.Of("backend_trouble"));
        Assert.Contains("The address Backends:up:Url answers with a redirect", line, StringComparison.Ordinal);
        Assert.EndsWith($"{cause}\"", line);
        Assert.DoesNotContain(both.Server.Log.All, l => l.Contains("secret", StringComparison.Ordinal));
        Assert.Empty(both.Upstream.Rest());
    }

    [Fact]
    public async Task A_list_of_models_goes_by_the_same_rule()
    {
        await using var upstream = new RawUpstream();
        using var backend = new OpenAiCompatibleBackend("up", new BackendOptions { Url = new Uri(upstream.Url) });
        var followed = backend.ListModelsAsync(default);
        await (await upstream.NextCallAsync()).AnswerAsync("308 Permanent Redirect", "", headers: "Location: /v1/models/\r\n");
        var call = await upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", """{"data":[{"id":"m"}]}""");
        var named = backend.ListModelsAsync(default);
        await (await upstream.NextCallAsync()).AnswerAsync("301 Moved Permanently", "", headers: "Location: https://models.example/v1/models\r\n");

        Assert.Single(await followed);
        Assert.StartsWith("GET /v1/models/ ", call.Head);
        Assert.Equal(
            "The address Backends:up:Url answers with a redirect to https://models.example/v1: put that into the setting.",
            (await Assert.ThrowsAsync<BackendException>(() => named)).Cause);
    }
}
