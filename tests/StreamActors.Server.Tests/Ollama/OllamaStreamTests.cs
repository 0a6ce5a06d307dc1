using System.Text;
using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Ollama;

/// <summary>What an Ollama finishes arrives whole, in OpenAI's words.</summary>
public class OllamaStreamTests(ServerWithOllama both) : IClassFixture<ServerWithOllama>
{
    public static TheoryData<string> Names => [.. RecordedLines.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_answer_cut_in_two_at_any_byte_arrives_whole(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', RecordedLines.All[name].Lines) + "\n");
        var step = name == "text" ? 1 : 7;
        for (var cut = 1; cut < bytes.Length; cut += step)
        {
            var (client, call) = await both.AskAsync();
            using var _ = client;
            await call.BeginLinesAsync();
            // When what stands before it in the same send is at the client, the cut has been read.
            await call.WriteAsync([.. Encoding.UTF8.GetBytes(RecordedLines.Thinking("before") + "\n"), .. bytes[..cut]]);
            await client.ReadUntilAsync("before");
            await call.WriteAsync(bytes[cut..]);
            await call.EndAsync();

            var expected = OllamaAnswers.Expected(name);
            Assert.Equal(expected with { Reasoning = "before" + expected.Reasoning }, OllamaAnswers.Of(await client.ReadAnswerAsync()));
        }

        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_answer_that_comes_byte_by_byte_arrives_whole(string name)
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginLinesAsync();
            foreach (var one in Encoding.UTF8.GetBytes(string.Join("\r\n", RecordedLines.All[name].Lines)))
                await call.WriteAsync([one]);
            await call.EndAsync();
        });

        Assert.Equal(OllamaAnswers.Expected(name), OllamaAnswers.Of(answer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_request_reaches_api_chat_translated_and_with_its_trace(bool stream)
    {
        const string image = "iVBORw0KGgo=";
        var streamed = stream ? "true" : "false";
        var body = $$$"""
            {"model":"m","stream":{{{streamed}}},"max_tokens":5,"messages":[{"role":"user","content":[
              {"type":"text","text":"What is this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{image}}}"}}]}]}
            """;
        using var client = await RawClient.PostChatAsync(both.Server, body);
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("500 Internal Server Error", "{}");
        var answer = await client.ReadAnswerAsync();

        Assert.StartsWith("POST /api/chat HTTP/1.1\r\n", call.Head);
        Assert.Contains($"\r\nX-Request-ID: {answer.Header("X-Trace-Id")}\r\n", call.Head);
        Assert.Equal(
            $$$"""{"model":"m","stream":{{{streamed}}},"messages":[{"role":"user","content":"What is this?","images":["{{{image}}}"]}],"options":{"num_predict":5}}""",
            call.Body);
    }

    [Fact]
    public async Task Usage_and_durations_end_a_stream_that_asked_for_them()
    {
        using var client = await RawClient.PostChatAsync(
            both.Server, """{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}""");
        var call = await both.Upstream.NextCallAsync();
        await call.BeginLinesAsync();
        await call.LineAsync(RecordedLines.Content("Hi"));
        await call.LineAsync(RecordedLines.Done);
        await call.EndAsync();
        var answer = await client.ReadAnswerAsync();

        Assert.Equal(new OllamaAnswers("Hi", "", "", "stop"), OllamaAnswers.Of(answer));
        var usage = JsonDocument.Parse(answer.Events[^2].Data).RootElement.GetProperty("usage");
        Assert.Equal((26, 12, 38), (Number("prompt_tokens"), Number("completion_tokens"), Number("total_tokens")));
        Assert.Equal(5043500667, usage.GetProperty("ollama").GetProperty("total_duration").GetInt64());
        await Books.BalancedAsync(both.Server);
        Assert.Contains(" tokens=12 ", Assert.Single(both.Server.Log.Of("stream_end"), line => line.Contains(answer.Header("X-Trace-Id")!)));

        int Number(string name) => usage.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task An_answer_that_is_not_streamed_is_one_completion()
    {
        var line = RecordedLines.Done.Replace("\"content\":\"\"", "\"content\":\"Four\",\"thinking\":\"Hm\"");

        var answer = await both.AnswerAsync(call => call.AnswerAsync("200 OK", line), stream: false);

        Assert.Equal((200, "application/json", true), (answer.Status, answer.Header("Content-Type"), answer.Finished));
        var root = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal("chat.completion", root.GetProperty("object").GetString());
        Assert.Equal(
            """{"index":0,"message":{"role":"assistant","content":"Four","reasoning_content":"Hm"},"finish_reason":"stop"}""",
            root.GetProperty("choices")[0].GetRawText());
        Assert.Equal(38, root.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task A_line_is_passed_on_when_it_is_whole_without_waiting_for_the_next()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginLinesAsync();
        for (var i = 0; i < 20; i++)
        {
            await call.LineAsync(RecordedLines.Content($"token {i} "));
            await client.ReadUntilAsync($"token {i} ");
        }
    }

    [Fact]
    public async Task A_finished_connection_is_used_again()
    {
        await using var own = new ServerWithOllama();
        await own.InitializeAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("stop", OllamaAnswers.Of(await own.AnswerAsync(FinishAsync)).Finish);
            await Books.BalancedAsync(own.Server);
        }

        Assert.Equal(1, own.Upstream.Connections);
    }

    [Fact]
    public async Task An_upstream_that_keeps_its_connection_open_after_done_is_closed_and_the_answer_ends()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginLinesAsync();
        await call.LineAsync(RecordedLines.Done);

        Assert.Equal("stop", OllamaAnswers.Of(await client.ReadAnswerAsync()).Finish);
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_comes_after_done_is_not_passed_on()
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginLinesAsync();
            await call.WriteAsync($"{RecordedLines.Done}\n{RecordedLines.Content("late")}\ngarbage\n");
            await call.EndAsync();
        });

        Assert.Equal(new OllamaAnswers("", "", "", "stop"), OllamaAnswers.Of(answer));
    }

    [Fact]
    public async Task Models_are_those_of_api_tags()
    {
        await using var upstream = new RawUpstream();
        await using var server = await TestServer.StartAsync(("Backends:up:Type", "Ollama"), ("Backends:up:Url", upstream.Address));
        var listing = server.Http.GetStringAsync("/v1/models");
        var call = await upstream.NextCallAsync();
        Assert.StartsWith("GET /api/tags HTTP/1.1\r\n", call.Head);
        await call.AnswerAsync("200 OK", """{"models":[{"name":"llama3.2:latest","model":"llama3.2:latest"},{"name":"qwen3:8b"}]}""");

        var models = JsonDocument.Parse(await listing).RootElement.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString());
        Assert.Equal(["llama3.2:latest", "qwen3:8b"], models);
    }

    private static async Task FinishAsync(UpstreamCall call)
    {
        await call.BeginLinesAsync();
        await call.LineAsync(RecordedLines.Done);
        await call.EndAsync();
    }
}
