using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Http;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>What one key may ask for at once and in a minute, and that other keys do not feel it.</summary>
public class KeyLimitTests
{
    private static readonly (string Key, string Value)[] OneStream =
        [.. Keys.Required, Keys.Of("narrow", "narrow"), ("Auth:Keys:narrow:MaxStreams", "1"), Keys.Of("wide", "wide")];

    private static readonly (string Key, string Value)[] TwoPrompts =
        [.. Keys.Required, Keys.Of("narrow", "narrow"), ("Auth:Keys:narrow:PromptsPerMinute", "2"), Keys.Of("wide", "wide")];

    private const string Prompt = """{"prompt":"Hi","max_tokens":1}""";

    [Fact]
    public async Task Beyond_its_streams_a_key_gets_429_and_the_model_never_hears_of_it()
    {
        await using var both = await ServerWithUpstream.StartAsync(OneStream);
        var (client, call) = await both.AskAsKeyAsync("narrow", "one");
        using var _ = client;

        foreach (var session in new[] { "two", null })
        {
            var refused = await both.RefusedAsync("narrow", session);
            Assert.Equal((429, "1", true), (refused.Status, refused.Header("Retry-After"), refused.Finished));
            Assert.Equal("too_many_streams_for_key", refused.Error.GetProperty("code").GetString());
            Assert.Equal("rate_limit_error", refused.Error.GetProperty("type").GetString());
        }

        Assert.Equal((1, false), (both.Upstream.Connections, call.HasClosed));
        Assert.All(both.Server.Log.Of("request_rejected"), line => Assert.Contains(" owner=narrow ", line));
        var (other, _) = await both.AskAsKeyAsync("wide", "one");
        other.Dispose();
    }

    /// <summary>The older one still counts when the newer one comes; they share the session's place.</summary>
    [Fact]
    public async Task At_its_limit_the_newest_prompt_of_a_session_still_wins()
    {
        await using var both = await ServerWithUpstream.StartAsync(OneStream);
        var (older, old) = await both.AskAsKeyAsync("narrow", "me");
        for (var round = 0; round < 50; round++)
        {
            var (newer, call) = await both.AskAsKeyAsync("narrow", "me");
            var superseded = await older.ReadAnswerAsync();
            older.Dispose();

            Assert.Equal((400, "registry_new_stream"), (superseded.Status, superseded.Error.GetProperty("code").GetString()));
            Assert.True(old.HasClosed);
            (older, old) = (newer, call);
        }

        Assert.Equal(429, (await both.RefusedAsync("narrow", "other")).Status);
        await old.AnswerAsync("two");
        Assert.EndsWith("data: [DONE]\n\n", (await older.ReadAnswerAsync()).Text);
        older.Dispose();
        await Books.BalancedAsync(both.Server);
        await both.AnsweredAsync("narrow", "other");
    }

    /// <summary>Clients go on at [DONE], not at the end of the body: the place is free before.</summary>
    [Fact]
    public async Task Whoever_has_seen_an_answers_end_may_ask_again_at_once()
    {
        await using var both = await ServerWithUpstream.StartAsync(OneStream);
        for (var round = 0; round < 100; round++)
            await both.AnsweredAsync("narrow", session: null);
    }

    [Fact]
    public async Task A_client_that_has_left_frees_its_keys_place()
    {
        await using var both = await ServerWithUpstream.StartAsync(OneStream);
        var (client, call) = await both.AskAsKeyAsync("narrow", "one");
        client.Reset();
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
        await Books.BalancedAsync(both.Server);

        await both.AnsweredAsync("narrow", "two");
    }

    [Fact]
    public async Task Beyond_its_prompts_a_minute_a_key_gets_429_with_the_time_to_wait_and_nothing_is_stopped()
    {
        await using var both = await ServerWithUpstream.StartAsync(TwoPrompts);
        await both.AnsweredAsync("narrow", "one");
        var (client, call) = await both.AskAsKeyAsync("narrow", "me");
        using var _ = client;

        var refused = await both.RefusedAsync("narrow", "me");

        Assert.Equal(429, refused.Status);
        Assert.Equal("too_many_prompts_for_key", refused.Error.GetProperty("code").GetString());
        Assert.InRange(int.Parse(refused.Header("Retry-After")!), 1, 30);
        Assert.False(call.HasClosed);
        await both.AnsweredAsync("wide", "one");
        await call.AnswerAsync("one");
        Assert.EndsWith("data: [DONE]\n\n", (await client.ReadAnswerAsync()).Text);
    }

    [Fact]
    public async Task Prompts_come_back_evenly_and_only_prompts_count()
    {
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton(_ => new KeyLimits(minute: TimeSpan.FromSeconds(4))), TwoPrompts);
        for (var i = 0; i < 5; i++)
            Assert.Equal(404, (await AskAsync("""{"model":"nobody","prompt":"Hi"}""")).Status);

        Assert.Equal((200, 200), ((await AskAsync(Prompt)).Status, (await AskAsync(Prompt)).Status));
        Assert.Equal((429, "2"), (await AskAsync(Prompt)) is var refused ? (refused.Status, refused.Header("Retry-After")) : default);

        await Eventually.HoldsAsync(async () => Assert.Equal(200, (await AskAsync(Prompt)).Status));
        Assert.Equal(429, (await AskAsync(Prompt)).Status);

        Task<RawAnswer> AskAsync(string body) => server.AnswerAsKeyAsync("narrow", body);
    }

    /// <summary>One bucket for all protocols.</summary>
    [Fact]
    public async Task Prompts_of_Ollamas_clients_count_too()
    {
        await using var server = await TestServer.StartAsync(TwoPrompts);

        Assert.Equal(200, (await server.AnswerAsKeyAsync("narrow", Prompt, path: "/api/generate")).Status);
        Assert.Equal(200, (await server.AnswerAsKeyAsync("narrow", Prompt)).Status);
        var refused = await server.AnswerAsKeyAsync("narrow", Prompt, path: "/api/generate");

        Assert.Equal((429, true), (refused.Status, int.Parse(refused.Header("Retry-After")!) > 0));
        Assert.Equal(429, (await server.AnswerAsKeyAsync("narrow", Prompt)).Status);
    }

    [Fact]
    public async Task Refused_prompts_keep_no_place()
    {
        await using var both = await ServerWithUpstream.StartAsync([.. TwoPrompts, ("Auth:Keys:narrow:MaxStreams", "1")]);
        await both.AnsweredAsync("narrow", "one");
        await both.AnsweredAsync("narrow", "two");

        for (var i = 0; i < 3; i++)
        {
            var refused = await both.RefusedAsync("narrow", $"session-{i}");
            Assert.Equal("too_many_prompts_for_key", refused.Error.GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Local_callers_know_no_limits()
    {
        await using var both = await ServerWithUpstream.StartAsync(
            Keys.Of("narrow", "narrow"), ("Auth:Keys:narrow:MaxStreams", "1"), ("Auth:Keys:narrow:PromptsPerMinute", "1"));
        var clients = new List<RawClient>();
        for (var i = 0; i < 5; i++)
            clients.Add((await both.AskAsync()).Client);

        await both.AnsweredAsync("devkey", "one");
        await both.AnsweredAsync("narrow", "one");
        Assert.Equal(429, (await both.RefusedAsync("narrow", "one")).Status);
        clients.ForEach(c => c.Dispose());
    }
}
