using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>Finished answers, as Ollama's clients want them.</summary>
public class OllamaAnswerTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Completion =
        """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello","reasoning":"Hm"},"finish_reason":"length"}],"usage":{"prompt_tokens":9,"completion_tokens":12}}""";

    [Fact]
    public async Task A_chat_is_streamed_where_nothing_is_said_of_it()
    {
        var answer = await both.StreamAsync("/api/chat", OllamaCalls.Chat, RecordedStreams.All["text with usage"]);

        var lines = answer.AssertDone();
        Assert.Equal(2, lines.Count);
        Assert.Equal("Hello", lines.Said());
        Assert.All(lines, line =>
        {
            Assert.Equal("m", line.GetProperty("model").GetString());
            Assert.Equal("assistant", line.GetProperty("message").GetProperty("role").GetString());
            Assert.InRange(TimeProvider.System.GetUtcNow() - line.GetProperty("created_at").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        });
        AssertFigures(lines[^1], "stop");
        Assert.Equal("no-cache, no-store", answer.Header("Cache-Control"));
        await CompletedAsync(" tokens=12 ");
    }

    [Fact]
    public async Task A_chat_that_is_not_streamed_is_one_object()
    {
        var answer = await both.WholeAsync("/api/chat", OllamaCalls.Whole, Completion);

        Assert.True(answer.GetProperty("done").GetBoolean());
        Assert.Equal("Hello", answer.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("Hm", answer.GetProperty("message").GetProperty("thinking").GetString());
        AssertFigures(answer, "length", streamed: false);
        await CompletedAsync(" tokens=12 ");
    }

    [Fact]
    public async Task A_generation_gives_its_text_as_the_response()
    {
        var streamed = (await both.StreamAsync("/api/generate", OllamaCalls.Generate, RecordedStreams.All["text with usage"])).AssertDone();
        var whole = await both.WholeAsync("/api/generate", """{"model":"m","prompt":"Hi","stream":false}""", Completion);

        Assert.Equal("Hello", streamed.Said());
        Assert.All(streamed.Append(whole), line => Assert.False(line.TryGetProperty("message", out _)));
        Assert.Equal(("Hello", "Hm"), (whole.GetProperty("response").GetString(), whole.GetProperty("thinking").GetString()));
        AssertFigures(streamed[^1], "stop");
        AssertFigures(whole, "length", streamed: false);
    }

    [Fact]
    public async Task Tool_calls_come_whole_with_their_arguments_as_objects()
    {
        var lines = (await both.StreamAsync("/api/chat", OllamaCalls.Chat, RecordedStreams.All["tool calls over chunks"])).AssertDone();

        Assert.Equal(2, lines.Count);
        var calls = lines[0].GetProperty("message").GetProperty("tool_calls").EnumerateArray().ToList();
        Assert.Equal(["get_weather", "now"], calls.Select(c => c.GetProperty("function").GetProperty("name").GetString()));
        Assert.Equal("Zürich", calls[0].GetProperty("function").GetProperty("arguments").GetProperty("location").GetString());
        Assert.Equal("{}", calls[1].GetProperty("function").GetProperty("arguments").GetRawText());
        Assert.Equal("stop", lines[^1].GetProperty("done_reason").GetString());
    }

    [Fact]
    public async Task Thinking_stands_beside_the_text()
    {
        var lines = (await both.StreamAsync("/api/chat", OllamaCalls.Chat, RecordedStreams.All["reasoning, refusal, fields nobody knows"])).AssertDone();

        Assert.Equal("The user greets me", string.Concat(lines.Select(l =>
            l.GetProperty("message").TryGetProperty("thinking", out var thinking) ? thinking.GetString() : "")));
        Assert.Equal("I can't", lines.Said());
        Assert.Equal("content_filter", lines[^1].GetProperty("done_reason").GetString());
    }

    [Fact]
    public async Task Every_text_survives_and_every_line_is_one()
    {
        foreach (var payloads in RecordedStreams.All.Values)
            (await both.StreamAsync("/api/chat", OllamaCalls.Chat, payloads)).AssertDone();
        var lines = (await both.StreamAsync("/api/chat", OllamaCalls.Chat, RecordedStreams.All["unicode and escapes"])).AssertDone();

        Assert.Equal(
            string.Concat(RecordedStreams.All["unicode and escapes"].SkipLast(1).Select(p =>
                JsonDocument.Parse(p).RootElement.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString())),
            lines.Said());
    }

    /// <summary>Each of these chunks is nothing to a client of Ollama's, and all of them are there at once.</summary>
    [Fact]
    public async Task Much_that_is_nothing_holds_nothing_up()
    {
        var nothing = Enumerable.Repeat(Chunks.Empty, 5_000);

        var answer = await both.StreamAsync("/api/chat", OllamaCalls.Chat, [.. nothing, Chunks.Content("one"), .. nothing, Chunks.Finish]);

        Assert.Equal("one", answer.AssertDone().Said());
    }

    [Fact]
    public async Task The_models_are_listed_as_Ollama_lists_them()
    {
        var tags = JsonDocument.Parse(await both.Server.Http.GetStringAsync("/api/tags")).RootElement;
        var version = JsonDocument.Parse(await both.Server.Http.GetStringAsync("/api/version")).RootElement;

        var model = Assert.Single(tags.GetProperty("models").EnumerateArray());
        Assert.Equal(("m", "m"), (model.GetProperty("name").GetString(), model.GetProperty("model").GetString()));
        Assert.True(model.GetProperty("modified_at").TryGetDateTimeOffset(out _));
        Assert.Equal(JsonValueKind.Number, model.GetProperty("size").ValueKind);
        Assert.Equal(64, model.GetProperty("digest").GetString()!.Length);
        Assert.Equal(JsonValueKind.Object, model.GetProperty("details").ValueKind);
        Assert.Matches(@"^\d+\.\d+\.\d+$", version.GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/tags")]
    [InlineData("/api/version")]
    public async Task Ollamas_command_line_finds_the_server_by_HEAD(string path)
    {
        using var answer = await both.Server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("""{"model":"m"}""", 200)]
    [InlineData("""{"name":"m:latest"}""", 200)]
    [InlineData("""{"model":"x"}""", 404)]
    public async Task A_model_is_shown_if_it_is_there(string body, int status)
    {
        using var client = await both.Server.PostAsync("/api/show", body);

        var answer = await client.ReadAnswerAsync();

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200, answer.Text.Contains("\"capabilities\":[\"completion\""));
    }

    private static void AssertFigures(JsonElement last, string reason, bool streamed = true)
    {
        Assert.Equal(reason, last.GetProperty("done_reason").GetString());
        Assert.Equal((9, 12), (last.GetProperty("prompt_eval_count").GetInt32(), last.GetProperty("eval_count").GetInt32()));
        Assert.InRange(last.GetProperty("total_duration").GetInt64(), 1, 60_000_000_000);
        if (streamed)
            Assert.True(last.GetProperty("prompt_eval_duration").GetInt64() + last.GetProperty("eval_duration").GetInt64() <= last.GetProperty("total_duration").GetInt64());
        else
            Assert.False(last.TryGetProperty("eval_duration", out _));
    }

    private async Task CompletedAsync(string part)
    {
        await Books.BalancedAsync(both.Server);
        Assert.Contains(part, both.Server.Log.Of("stream_end")[^1]);
        Assert.Contains("outcome=completed reason=- ", both.Server.Log.Of("stream_end")[^1]);
    }
}
