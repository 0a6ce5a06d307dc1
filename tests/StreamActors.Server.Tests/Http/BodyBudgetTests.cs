using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Http;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>How many bytes of bodies are held at once, of all callers and of one.</summary>
public class BodyBudgetTests
{
    private const int Body = 4096;

    private static readonly (string Key, string Value)[] Four =
    [
        .. Keys.Required, Keys.Of("slow", "slow"), Keys.Of("nice", "nice"), Keys.Of("narrow", "narrow"), ("Auth:Keys:narrow:MaxBufferedBytes", "1024"),
        ("Auth:Keys:one:MaxStreams", "1"), Keys.Of("one", "one"), ("Server:MaxBodyBytes", $"{Body}"), ("Server:MaxBufferedBytes", $"{4 * Body}"),
    ];

    private static string Long => ServerWithUpstream.Chat(prompt: new string('x', Body - ServerWithUpstream.Chat(prompt: "").Length));

    [Fact]
    public async Task Bodies_that_come_slowly_are_counted_before_they_come_so_a_key_holds_half_of_the_room_and_others_are_answered()
    {
        await using var both = await ServerWithUpstream.StartAsync(Four);
        var slow = new List<RawClient>();
        while (slow.Count < 6)
            slow.Add(await SlowAsync(both.Server, "slow"));

        foreach (var client in slow[2..])
        {
            var answer = await client.ReadAnswerAsync();
            Assert.Equal((429, "too_many_body_bytes_for_key", "1"), (answer.Status, answer.Error.GetProperty("code").GetString(), answer.Header("Retry-After")));
        }

        Assert.Equal(2 * Body, Budget(both).Held);
        await both.AnsweredAsync("nice", session: null);
        Assert.All(both.Server.Log.Of("request_rejected"), line => Assert.Contains(" owner=slow ", line));

        foreach (var client in slow)
            client.Dispose();
        await Eventually.HoldsAsync(() => Assert.Equal(0, Budget(both).Held));
        await both.AnsweredAsync("slow", session: null);
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/completions")]
    [InlineData("/v1/embeddings")]
    [InlineData("/api/chat")]
    [InlineData("/api/generate")]
    [InlineData("/api/embed")]
    [InlineData("/api/show")]
    public async Task Once_all_room_is_taken_every_body_is_refused_by_503_and_taken_when_there_is_room_again(string path)
    {
        await using var both = await ServerWithUpstream.StartAsync(Four);
        var slow = await Task.WhenAll(new[] { "slow", "slow", "nice", "nice" }.Select(key => SlowAsync(both.Server, key)));
        await Eventually.HoldsAsync(() => Assert.Equal(4 * Body, Budget(both).Held));

        var refused = await both.Server.AnswerAsKeyAsync("one", "[", path: path);
        Assert.Equal((503, "1"), (refused.Status, refused.Header("Retry-After")));
        Assert.Contains(path.StartsWith("/api", StringComparison.Ordinal) ? "bodies of the open requests" : "too_many_body_bytes", refused.Text);

        foreach (var client in slow)
            client.Dispose();
        await Eventually.HoldsAsync(() => Assert.Equal(0, Budget(both).Held));
        Assert.Equal(400, (await both.Server.AnswerAsKeyAsync("one", "[", path: path)).Status);
    }

    public static TheoryData<string, string, byte[]> Forms => new()
    {
        { "its length said", "", Encoding.UTF8.GetBytes(Long) },
        { "in chunks", "chunked", Encoding.UTF8.GetBytes(Long) },
        { "packed", "gzip", Pack(Long) },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Whatever_form_a_body_comes_in_it_is_counted_until_its_answer_is_over(string form, string how, byte[] body)
    {
        Assert.NotEmpty(form);
        await using var both = await ServerWithUpstream.StartAsync(Four);

        Assert.Equal(429, (await (await SendAsync(both.Server, "narrow", how, body)).ReadAnswerAsync()).Status);
        using var client = await SendAsync(both.Server, "nice", how, body);
        var call = await both.Upstream.NextCallAsync();
        Assert.InRange(Budget(both).Held, Body, 2 * Body);
        await call.AnswerAsync("one");

        Assert.Contains("[DONE]", (await client.ReadAnswerAsync()).Text);
        await Eventually.HoldsAsync(() => Assert.Equal(0, Budget(both).Held));
    }

    [Fact]
    public async Task A_body_that_comes_slowly_holds_a_place_of_its_key_from_its_head_on()
    {
        await using var both = await ServerWithUpstream.StartAsync(Four);
        using (await SlowAsync(both.Server, "one"))
            Assert.Equal("too_many_streams_for_key", (await both.RefusedAsync("one", "other")).Error.GetProperty("code").GetString());

        await Eventually.HoldsAsync(() => both.AnsweredAsync("one", "other"));
    }

    /// <summary>A prompt is counted once it is one.</summary>
    [Fact]
    public async Task What_is_no_prompt_takes_none_of_a_keys_prompts_a_minute()
    {
        await using var both = await ServerWithUpstream.StartAsync([.. Four, ("Auth:Keys:nice:PromptsPerMinute", "1")]);
        for (var i = 0; i < 3; i++)
            Assert.Equal(400, (await both.Server.AnswerAsKeyAsync("nice", "{")).Status);

        await both.AnsweredAsync("nice", session: null);
        Assert.Equal(429, (await both.RefusedAsync("nice", session: null)).Status);
    }

    [Theory]
    [InlineData(1L << 30, 0, 1L << 28)]
    [InlineData(1L << 20, 0, 4L << 20)]
    [InlineData(1L << 30, 5_000_000L, 5_000_000L)]
    public void Unless_the_settings_say_otherwise_it_is_a_quarter_of_the_memory_and_one_body_at_least(long memory, long setting, long most) =>
        Assert.Equal(most, new BodyBudget(new ServerOptions { MaxBufferedBytes = setting }, memory).Most);

    private static BodyBudget Budget(ServerWithUpstream both) => both.Server.Services.GetRequiredService<BodyBudget>();

    /// <summary>Says how long its body is, sends one byte of it, and waits until that is known.</summary>
    private static async Task<RawClient> SlowAsync(TestServer server, string key)
    {
        var client = await RawClient.ConnectAsync(server);
        await client.SendAsync(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nExpect: 100-continue\r\nContent-Length: {Body}\r\n\r\n");
        await client.ReadUntilAsync("HTTP/1.1 ");
        return client;
    }

    private static async Task<RawClient> SendAsync(TestServer server, string key, string how, byte[] body)
    {
        var client = await RawClient.ConnectAsync(server);
        var framing = how == "chunked" ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}";
        var coding = how == "gzip" ? "Content-Encoding: gzip\r\n" : "";
        await client.SendAsync($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n{coding}{framing}\r\n\r\n");
        await client.SendAsync(how == "chunked" ? [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8] : body);
        return client;
    }

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
