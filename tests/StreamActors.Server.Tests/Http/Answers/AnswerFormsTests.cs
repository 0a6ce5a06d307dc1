using System.Text;
using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Answers;

/// <summary>An answer is delivered in the form that was asked for, whatever form it comes in and whatever its label says.</summary>
public class AnswerFormsTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Whole =
        """{"id":"c1","object":"chat.completion","created":7,"model":"m","system_fingerprint":"fp","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""";

    private static readonly string?[] Labels =
    [
        "application/json", "application/json; charset=utf-8", "text/event-stream", "text/event-stream; charset=utf-8", "application/octet-stream", "text/plain",
        "application/x-ndjson", "text/html", null,
    ];

    private static readonly string[] Streamed = [Chunks.Role, Chunks.Content("Hel"), Chunks.Content("lo"), Chunks.Finish];

    public static TheoryData<string?, bool> LabelsAndFraming
    {
        get
        {
            var data = new TheoryData<string?, bool>();
            foreach (var label in Labels)
            {
                data.Add(label, true);
                data.Add(label, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(LabelsAndFraming))]
    public async Task A_stream_asked_a_stream_comes_under_any_label_unaltered(string? label, bool chunked)
    {
        var answer = await AnswerAsync(stream: true, label, chunked, Framing.All["LF"](Streamed));

        PassThroughTests.AssertIs(answer, Streamed);
    }

    [Theory]
    [MemberData(nameof(LabelsAndFraming))]
    public async Task An_object_asked_an_object_comes_under_any_label_unaltered(string? label, bool chunked)
    {
        var answer = await AnswerAsync(stream: false, label, chunked, $"\n {Whole}\n");

        Assert.Equal((200, "application/json", $"\n {Whole}\n"), (answer.Status, answer.Header("Content-Type"), answer.Text));
    }

    [Theory]
    [MemberData(nameof(LabelsAndFraming))]
    public async Task A_stream_asked_an_object_comes_it_becomes_a_stream(string? label, bool chunked)
    {
        foreach (var body in new[] { Whole, $"\uFEFF\r\n  {Whole}", Indented(Whole), $"data: {Whole}\n\ndata: [DONE]\n\n", $"data: {Whole}" })
        {
            var answer = await AnswerAsync(stream: true, label, chunked, body);

            Assert.Equal((200, true, "text/event-stream"), (answer.Status, answer.Finished, answer.Header("Content-Type")));
            Assert.Equal(
                [
                    """{"object":"chat.completion.chunk","id":"c1","created":7,"model":"m","system_fingerprint":"fp","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello"},"finish_reason":null}]}""",
                    """{"object":"chat.completion.chunk","id":"c1","created":7,"model":"m","system_fingerprint":"fp","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""",
                    Chunks.Done,
                ],
                answer.Events.Select(e => Compact(e.Text)));
        }
    }

    [Theory]
    [MemberData(nameof(LabelsAndFraming))]
    public async Task An_object_asked_a_stream_comes_it_becomes_an_object(string? label, bool chunked)
    {
        foreach (var framing in Framing.All.Values)
        {
            var answer = await AnswerAsync(stream: false, label, chunked, framing(Streamed));

            Assert.Equal((200, true, "application/json"), (answer.Status, answer.Finished, answer.Header("Content-Type")));
            Assert.Equal(
                """{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}""", answer.Text);
        }
    }

    [Fact]
    public async Task The_object_is_a_stream_at_once_however_long_its_connection_stays_open()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.WriteAsync(Whole);

        Assert.True((await client.ReadAnswerAsync()).Finished);
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_report_that_was_asked_for_is_a_chunk_of_its_own()
    {
        using var client = await RawClient.PostChatAsync(
            both.Server, """{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]}""");
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", Whole);

        var events = (await client.ReadAnswerAsync()).Events;

        Assert.Equal(4, events.Count);
        Assert.DoesNotContain("usage", events[1].Text);
        Assert.EndsWith("\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}", events[2].Text);
    }

    [Fact]
    public async Task A_whole_completion_of_text_is_a_chunk_as_it_is()
    {
        const string whole = """{"id":"c","object":"text_completion","choices":[{"index":0,"text":"Up on","finish_reason":"stop"}],"usage":{"completion_tokens":2}}""";
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/completions", """{"model":"m","prompt":"Once","stream":true}""");
        await (await both.Upstream.NextCallAsync()).AnswerAsync("200 OK", whole);

        PassThroughTests.AssertIs(await client.ReadAnswerAsync(), [whole]);
    }

    [Fact]
    public async Task A_stream_of_text_becomes_a_completion_of_text()
    {
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/completions", """{"model":"m","prompt":"Once"}""");
        var call = await both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.WriteAsync("data: {\"id\":\"c\",\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\"Up\",\"finish_reason\":null}]}\n\ndata: {\"choices\":[{\"index\":0,\"text\":\" on\",\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n");

        Assert.Equal(
            """{"object":"text_completion","id":"c","choices":[{"index":0,"text":"Up on","finish_reason":"length"}]}""", (await client.ReadAnswerAsync()).Text);
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n", "backend_truncated")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"abort\"}]}\n\n", "backend_truncated")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: {\"error\":{\"message\":\"no\"}}\n\ndata: [DONE]\n\n", "backend_error")]
    [InlineData("data: [DONE]\n\n", "backend_truncated")]
    [InlineData("{\"choices\":[", "backend_truncated")]
    [InlineData("", "backend_truncated")]
    [InlineData("not JSON, secret", "backend_error")]
    [InlineData("<html>secret</html>", "backend_error")]
    [InlineData("{\"choices\":x}", "backend_error")]
    [InlineData("{\"choices\":[}", "backend_error")]
    [InlineData("{\"choices\":[{]}", "backend_error")]
    [InlineData("{\"choices\":NaN", "backend_truncated")]
    [InlineData("data: <html>secret</html>\n\n", "backend_error")]
    [InlineData(": secret\n\n", "backend_error")]
    [InlineData("{\"a\":1}{\"b\":2}", "backend_error")]
    [InlineData("1", "backend_error")]
    public async Task What_is_no_whole_answer_is_none_in_the_other_form_either(string body, string code)
    {
        var answer = await AnswerAsync(stream: false, "application/json", chunked: true, body);

        Assert.Equal((ErrorShapes.FailedStatus, code), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.DoesNotContain("secret", answer.Text);
    }

    [Fact]
    public async Task An_object_that_is_cut_where_a_stream_was_asked_for_is_truncated()
    {
        var answer = await AnswerAsync(stream: true, "application/json", chunked: true, Whole[..100]);

        Assert.Equal((ErrorShapes.FailedStatus, "backend_truncated"), (answer.Status, answer.Error.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_no_answer_of_a_model_is_told_to_the_operator(bool stream)
    {
        await using var own = await ServerWithUpstream.StartAsync();

        var answer = await own.AnswerAsync(call => call.AnswerAsync("200 OK", "<html><body>Welcome to nginx</body></html>", "text/html"), stream);

        Assert.Equal(ErrorShapes.FailedStatus, answer.Status);
        await Eventually.HoldsAsync(() => Assert.Contains(
            own.Server.Log.All, line => line.Contains("backend_trouble backend=up") && line.Contains("text/html") && line.Contains("is Backends:up:Url right?")));
    }

    private Task<RawAnswer> AnswerAsync(bool stream, string? label, bool chunked, string body) => both.AnswerAsync(
        async call =>
        {
            var type = label is null ? "" : $"Content-Type: {label}\r\n";
            if (!chunked)
            {
                await call.SendAsync($"HTTP/1.1 200 OK\r\n{type}Connection: close\r\n\r\n{body}");
                await call.CloseAsync();
                return;
            }

            var bytes = Encoding.UTF8.GetBytes(body);
            await call.SendAsync($"HTTP/1.1 200 OK\r\n{type}Transfer-Encoding: chunked\r\n\r\n");
            if (bytes.Length > 0)
                await call.SendAsync([.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8]);
            await call.SendAsync("0\r\n\r\n");
        },
        stream);

    private static string Indented(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json), new JsonSerializerOptions { WriteIndented = true });

    private static string Compact(string text) => text.StartsWith('{') ? JsonSerializer.Serialize(JsonDocument.Parse(text)) : text;
}
