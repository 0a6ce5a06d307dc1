using System.Text;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Http;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Ollama;

/// <summary>What an Ollama did not finish, or refused, never looks complete.</summary>
public class OllamaCutTests(ServerWithOllama both) : IClassFixture<ServerWithOllama>
{
    private const string Truncated = "backend_truncated";
    private const string Broken = "backend_error";

    /// <summary>How an Ollama may fail, and the code that the client sees.</summary>
    private static readonly Dictionary<string, (Func<UpstreamCall, Task> Fail, string Code)> Failures = new()
    {
        ["ends properly without done"] = (call => call.EndAsync(), Truncated),
        ["ends properly within a line"] = (async call =>
        {
            await call.WriteAsync(RecordedLines.Done[..^1]);
            await call.EndAsync();
        }, Truncated),
        ["closes within the chunked body"] = (call => call.CloseAsync(), Truncated),
        ["resets"] = (call => call.ResetAsync(), Truncated),
        ["breaks its chunk framing"] = (call => call.SendAsync("zz\r\n"), Truncated),
        ["says that it was stopped"] = (call => call.LineAsync("""{"done":true,"done_reason":"error"}"""), Truncated),
        ["sends an error line"] = (call => call.LineAsync("""{"error":"CUDA out of memory at 10.0.0.7"}"""), Broken),
        ["sends an error line without its end"] = (async call =>
        {
            await call.WriteAsync("""{"error":"CUDA out of memory at 10.0.0.7"}""");
            await call.EndAsync();
        }, Broken),
        ["sends half an object"] = (call => call.LineAsync("{\"message\":{"), Broken),
        ["sends two objects in a line"] = (call => call.LineAsync("{}{}"), Broken),
        ["sends a server-sent event"] = (call => call.LineAsync("data: {}"), Broken),
        ["sends a line of more than 32 MiB"] = (SendForeverAsync, Broken),
    };

    public static TheoryData<string> Names => [.. Failures.Keys];

    public static TheoryData<string, string, int, string> Refusals => new()
    {
        { "404 Not Found", """{"error":"model 'm' not found"}""", 404, "model 'm' not found" },
        { "400 Bad Request", """{"error":"registry.ollama.ai/library/m does not support tools"}""", 400, "registry.ollama.ai/library/m does not support tools" },
        { "500 Internal Server Error", """{"error":"model requires more system memory (8 GiB) at 10.0.0.7"}""", 502, "model requires more system memory (8 GiB) at [model server]" },
        { "503 Service Unavailable", """{"error":"server busy, please try again.  maximum pending requests exceeded"}""", 503, "server busy, please try again.  maximum pending requests exceeded" },
        { "401 Unauthorized", """{"error":"unauthorized at 10.0.0.7"}""", 502, "The model server refuses this server's key; its operator has to see to it." },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task After_the_first_content_the_last_frame_says_why_and_the_connection_is_cut(string name)
    {
        var (fail, code) = Failures[name];
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginLinesAsync();
        await call.LineAsync(RecordedLines.Content("one"));
        await client.ReadUntilAsync("one");
        await fail(call);
        var answer = await client.ReadAnswerAsync();

        CutAnswerTests.AssertCut(answer, code);
        Assert.DoesNotContain("\"finish_reason\":\"", answer.Text);
        Assert.DoesNotContain("10.0.0.7", answer.Text);
        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Before_the_first_content_the_status_says_it(string name)
    {
        var (fail, code) = Failures[name];

        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginLinesAsync();
            await call.LineAsync(RecordedLines.Content(""));
            await fail(call);
        });

        Assert.Equal((400, "application/json", true), (answer.Status, answer.Header("Content-Type"), answer.Finished));
        Assert.Equal(code, answer.Error.GetProperty("code").GetString());
        Assert.DoesNotContain("10.0.0.7", answer.Text);
        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [InlineData("text", true)]
    [InlineData("thinking", false)]
    [InlineData("tool calls", true)]
    public async Task An_answer_that_ends_at_any_byte_before_its_last_is_not_complete(string name, bool properly)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', RecordedLines.All[name].Lines));
        for (var end = 0; end < bytes.Length; end += name == "text" ? 1 : 5)
        {
            var answer = await both.AnswerAsync(async call =>
            {
                await call.BeginLinesAsync();
                if (end > 0)
                    await call.WriteAsync(bytes[..end]);
                await (properly ? call.EndAsync() : call.CloseAsync());
            });

            if (answer.Status == 200)
                CutAnswerTests.AssertCut(answer, Truncated);
            else
                Assert.Equal((400, Truncated), (answer.Status, answer.Error.GetProperty("code").GetString()));
            Assert.DoesNotContain("\"finish_reason\":\"", answer.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_keeps_what_the_caller_can_mend_and_tells_nothing_else(string status, string body, int expected, string message)
    {
        foreach (var stream in new[] { true, false })
        {
            var answer = await both.AnswerAsync(call => call.AnswerAsync(status, body), stream);

            Assert.Equal((expected, "application/json", true), (answer.Status, answer.Header("Content-Type"), answer.Finished));
            Assert.Equal(message, answer.Error.GetProperty("message").GetString());
        }

        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [InlineData(""" "n":2,"messages":[{"role":"user","content":"Hi"}] """, "'n' must be 1")]
    [InlineData(""" "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://169.254.169.254/x"}}]}] """, "'messages[0].content[0].image_url'")]
    public async Task What_Ollama_cannot_do_is_refused_without_asking_it(string fields, string message)
    {
        var connections = both.Upstream.Connections;
        using var client = await RawClient.PostChatAsync(both.Server, $$"""{"model":"m","stream":true,{{fields}}}""");
        var answer = await client.ReadAnswerAsync();

        Assert.Equal((400, "invalid_request_error"), (answer.Status, answer.Error.GetProperty("type").GetString()));
        Assert.StartsWith(message, answer.Error.GetProperty("message").GetString());
        Assert.Equal(connections, both.Upstream.Connections);
        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [InlineData("""{"message":{"role":"assistant","content":"Hi"},"done":false}""", Truncated)]
    [InlineData("""{"error":"boom at 10.0.0.7"}""", Broken)]
    [InlineData("{\"message\":", Truncated)]
    [InlineData("", Truncated)]
    [InlineData("{\"message\":}", Broken)]
    [InlineData("{\"message\":[}", Broken)]
    public async Task A_broken_answer_that_is_not_streamed_gives_400_that_no_client_retries(string body, string code)
    {
        var answer = await both.AnswerAsync(call => call.AnswerAsync("200 OK", body), stream: false);

        Assert.Equal((400, code), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.DoesNotContain("10.0.0.7", answer.Text);
    }

    [Fact]
    public async Task An_Ollama_that_is_not_there_gives_502_backend_unreachable()
    {
        using var refusing = new RefusingAddress();
        await using var server = await TestServer.StartAsync(
            ("Backends:up:Type", "Ollama"), ("Backends:up:Url", refusing.Url), ("Backends:up:Models:0", "m"));
        using var client = await RawClient.PostChatAsync(server, ServerWithUpstream.Chat());

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((502, "backend_unreachable"), (answer.Status, answer.Error.GetProperty("code").GetString()));
    }

    /// <summary>One line without an end; the other side closes before all is sent.</summary>
    private static async Task SendForeverAsync(UpstreamCall call)
    {
        try
        {
            await call.WriteAsync("{\"message\":{\"content\":\"");
            for (var i = 0; i < 520; i++)
                await call.WriteAsync(new string('x', 64 * 1024));
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // Closed: that is what is wanted.
        }
    }
}
