using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>What <c>/readyz</c> says of a backend by its answers to the question for its models, and a caller who names an unknown one.</summary>
public class ModelReachTests
{
    /// <summary>Whether the models are configured, the answer, how the backend is said to be, and what its reason holds.</summary>
    public static TheoryData<bool, string, string, string, string?> Answers => new()
    {
        { true, "404 Not Found", """{"error":{"message":"no"}}""", "reachable", null },
        { true, "401 Unauthorized", "", "reachable", null },
        { true, "403 Forbidden", "no", "reachable", null },
        { true, "405 Method Not Allowed", "", "reachable", null },
        { true, "501 Not Implemented", "", "reachable", null },
        { true, "307 Temporary Redirect", "", "reachable", "answers with a redirect (307) that names no place to go to." },
        { true, "200 OK", "<!doctype html>", "reachable", null },
        { true, "200 OK", """{"data":[{"id":"other"}]}""", "reachable", null },
        { true, "503 Service Unavailable", "", "unreachable", "The server answers the question for its models with 503." },
        { false, "200 OK", """{"object":"list","data":null}""", "reachable", null },
        { false, "200 OK", "<!doctype html>", "refusing", "set Backends:up:Models, or check Backends:up:Url." },
        { false, "404 Not Found", "", "refusing", "The server has no list of models (404): set Backends:up:Models, or check Backends:up:Url." },
        { false, "401 Unauthorized", "", "refusing", "The server refuses the list of models (401): set Backends:up:ApiKey or Backends:up:Models." },
        { false, "405 Method Not Allowed", "", "refusing", "The server has no list of models (405): set Backends:up:Models, or check Backends:up:Url." },
        { false, "500 Oops", "secret", "refusing", "The server answers the question for its models with 500." },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_backend_is_as_its_answer_lets_one_expect_of_prompts(bool configured, string status, string body, string state, string? reason)
    {
        await using var both = new Asked(configured);
        await both.InitializeAsync();
        both.Upstream.HasNoList = false;
        var asking = both.Server.CallAsync(HttpMethod.Get, "/readyz");
        await (await both.Upstream.NextCallAsync()).AnswerAsync(status, body);

        var ready = (await asking).Body;

        Assert.Equal(state, ready.GetProperty("backends").GetProperty("up").GetString());
        var reasons = ready.GetProperty("reasons").EnumerateArray().Select(r => $"{r.GetProperty("code")} {r.GetProperty("message")}").ToList();
        Assert.Equal(reason is null ? 0 : 1, reasons.Count);
        if (reason is not null)
            Assert.StartsWith(state == "reachable" ? "backend_trouble " : $"backend_{state} ", reasons[0]);
        Assert.EndsWith(reason ?? "", reasons.FirstOrDefault() ?? "");
        Assert.DoesNotContain("secret", ready.GetRawText());
        Assert.Equal(reason is null ? 0 : 1, both.Server.Log.Of("backend_trouble").Count);
    }

    [Fact]
    public async Task Prompts_that_the_backend_refuses_for_its_key_are_no_state_of_readiness_until_one_is_answered()
    {
        await using var both = new Asked(configured: false);
        await both.InitializeAsync();
        await AnsweredAsync(both, both.Server.CallAsync(HttpMethod.Get, "/readyz"), "200 OK", """{"data":[{"id":"m"}]}""");
        await AnsweredAsync(both, AskAsync(both), "401 Unauthorized", """{"error":{"message":"Incorrect API key"}}""");

        var (status, body) = await both.Server.CallAsync(HttpMethod.Get, "/readyz");
        Assert.Equal((503, "refusing"), (status, body.GetProperty("backends").GetProperty("up").GetString()));
        Assert.Equal("backend_refusing", body.GetProperty("reasons")[0].GetProperty("code").GetString());

        await AnsweredAsync(both, AskAsync(both), "200 OK", """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""");
        (status, body) = await both.Server.CallAsync(HttpMethod.Get, "/readyz");
        Assert.Equal((200, "reachable"), (status, body.GetProperty("backends").GetProperty("up").GetString()));
    }

    [Fact]
    public async Task A_caller_learns_which_backend_does_not_list_its_models()
    {
        await using var both = new Asked(configured: false);
        await both.InitializeAsync();
        var asking = AskAsync(both);
        await (await both.Upstream.NextCallAsync()).AnswerAsync("404 Not Found", "");

        var answer = await asking;

        Assert.Equal((404, "model_not_found"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.EndsWith("These backends do not list their models and may have it: up.", answer.Error.GetProperty("message").GetString());
    }

    /// <summary>The list gets a model while it is remembered, as when somebody pulls it and uses it at once.</summary>
    [Fact]
    public async Task A_model_that_has_just_come_is_found()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var both = new Asked(configured: false, services: all => all.AddSingleton<TimeProvider>(time));
        await both.InitializeAsync();
        await AnsweredAsync(both, both.Server.CallAsync(HttpMethod.Get, "/v1/models"), "200 OK", """{"data":[]}""");
        time.Advance(TimeSpan.FromSeconds(1.1));

        var asking = AskAsync(both);
        await (await both.Upstream.NextCallAsync()).AnswerAsync("200 OK", """{"data":[{"id":"m"}]}""");
        var call = await both.Upstream.NextCallAsync();

        Assert.StartsWith("POST /v1/chat/completions ", call.Head);
        await call.AnswerAsync("200 OK", """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""");
        Assert.Equal(200, (await asking).Status);
    }

    /// <summary>A key has the model by whatever of its names, and no other with it.</summary>
    [Theory]
    [InlineData("llama3", "llama3", "llama3:latest")]
    [InlineData("llama3", "llama3:latest", "llama3:latest")]
    [InlineData("llama3:latest", "llama3", "llama3:latest")]
    [InlineData("llama3", "llama3:8b", null)]
    [InlineData("llama3:8b", "llama3", null)]
    [InlineData("llama3:8b", "llama3:latest", null)]
    [InlineData("llama3:8b", "llama3:8b", "llama3:8b")]
    public async Task A_key_has_its_model_with_the_tag_or_without_and_no_other(string allowed, string asked, string? sent)
    {
        await using var both = new Asked(configured: false, [.. Keys.Required, Keys.Of("ann", "ann-key"), ("Auth:Keys:ann:Models:0", allowed)]);
        await both.InitializeAsync();
        var listing = both.Server.CallAsKeyAsync("ann-key", HttpMethod.Get, "/v1/models");
        await (await both.Upstream.NextCallAsync()).AnswerAsync("200 OK", """{"data":[{"id":"llama3:latest"},{"id":"llama3:8b"}]}""");
        await listing;
        // The first list may have been given before a slow machine had read the answer.
        await Eventually.HoldsAsync(async () => Assert.Equal(
            allowed == "llama3" ? "llama3:latest" : allowed,
            Assert.Single((await both.Server.CallAsKeyAsync("ann-key", HttpMethod.Get, "/v1/models")).Body.GetProperty("data").EnumerateArray()).GetProperty("id").GetString()));

        var body = $$"""{"model":"{{asked}}","prompt":"Hi"}""";
        if (sent is null)
        {
            Assert.Equal(404, (await both.Server.AnswerAsKeyAsync("ann-key", body)).Status);
            return;
        }

        using var client = await both.Server.PostAsKeyAsync("ann-key", null, body);
        Assert.Equal(sent, JsonElement.Parse((await both.Upstream.NextCallAsync()).Body).GetProperty("model").GetString());
    }

    private static Task<RawAnswer> AskAsync(ServerWithUpstream both) => RawAskAsync(both.Server);

    private static async Task<RawAnswer> RawAskAsync(TestServer server)
    {
        using var client = await RawClient.PostChatAsync(server, ServerWithUpstream.Chat(stream: false));
        return await client.ReadAnswerAsync();
    }

    private static async Task AnsweredAsync(ServerWithUpstream both, Task asking, string status, string body)
    {
        await (await both.Upstream.NextCallAsync()).AnswerAsync(status, body);
        await asking;
    }

    private sealed class Asked(bool configured, (string, string)[]? settings = null, Action<IServiceCollection>? services = null)
        : ServerWithUpstream(settings ?? [], services)
    {
        protected override (string Key, string Value)[] Served => configured ? base.Served : [];
    }
}
