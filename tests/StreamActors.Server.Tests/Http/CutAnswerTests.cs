using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>What the model did not finish never looks complete.</summary>
public class CutAnswerTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Truncated = "backend_truncated";
    private const string Broken = "backend_error";

    /// <summary>How an upstream may fail, and the code that the client sees.</summary>
    private static readonly Dictionary<string, (Func<UpstreamCall, Task> Fail, string Code)> Failures = new()
    {
        ["ends properly without DONE or finish reason"] = (call => call.EndAsync(), Truncated),
        ["closes within the chunked body"] = (call => call.CloseAsync(), Truncated),
        ["closes within an event"] = (async call =>
        {
            await call.WriteAsync("data: {\"choices\":[{\"delta\":");
            await call.CloseAsync();
        }, Truncated),
        ["resets"] = (call => call.ResetAsync(), Truncated),
        ["breaks its chunk framing"] = (call => call.SendAsync("zz\r\n"), Truncated),
        ["sends an error object"] = (call => call.EventAsync("""{"error":{"message":"CUDA at 10.0.0.7","code":500}}"""), "500"),
        ["sends an error string"] = (call => call.EventAsync("""{"error":"boom","choices":[]}"""), Broken),
        ["sends an error event"] = (call => call.WriteAsync("event: error\ndata: {\"message\":\"boom\"}\n\n"), Broken),
        ["sends invalid JSON"] = (call => call.EventAsync("{\"choices\":[}"), Broken),
        ["sends half an object"] = (call => call.EventAsync("{\"choices\":["), Broken),
        ["sends an event of more than 32 MiB"] = (SendForeverAsync, Broken),
    };

    public static TheoryData<string> Names => [.. Failures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task After_the_first_content_the_last_frame_says_why_and_the_connection_is_cut(string name)
    {
        var (fail, code) = Failures[name];

        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Role);
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");
        await fail(call);
        var answer = await client.ReadAnswerAsync();

        AssertCut(answer, code);
        Assert.Equal([Chunks.Role, Chunks.Content("one")], answer.Events.SkipLast(1).Select(e => e.Text));
        Assert.DoesNotContain("10.0.0.7", answer.Text);
        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Before_the_first_content_the_status_says_it_even_after_a_role(string name)
    {
        var (fail, code) = Failures[name];

        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.EventAsync(Chunks.Role);
            await call.EventAsync(Chunks.Empty);
            await fail(call);
        });

        Assert.Equal((400, "application/json", true), (answer.Status, answer.Header("Content-Type"), answer.Finished));
        Assert.Equal(code, answer.Error.GetProperty("code").GetString());
        // The model has been at work: no client may ask again by itself.
        Assert.Equal(("invalid_request_error", "false"), (answer.Error.GetProperty("type").GetString(), answer.Header("x-should-retry")));
        Assert.DoesNotContain("10.0.0.7", answer.Text);
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task An_ordinary_client_sees_a_cut_answer_as_a_failure()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(ServerWithUpstream.Chat()) };
        var asking = both.Server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var call = await both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        using var answer = await asking;
        await call.EndAsync();

        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var failure = await Assert.ThrowsAsync<HttpIOException>(() => reader.ReadToEndAsync());

        Assert.Equal(HttpRequestError.ResponseEnded, failure.HttpRequestError);
    }

    [Fact]
    public async Task Two_choices_are_not_finished_by_one_finish_reason()
    {
        using var client = await RawClient.PostChatAsync(both.Server, """{"model":"m","n":2,"stream":true,"messages":[{"role":"user","content":"x"}]}""");
        var call = await both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");
        await call.EventAsync(Chunks.Finish);
        await call.EndAsync();

        AssertCut(await client.ReadAnswerAsync(), Truncated);
    }

    internal static void AssertCut(RawAnswer answer, string code)
    {
        Assert.Equal((200, false), (answer.Status, answer.Finished));
        Assert.Equal(code, answer.LastError.GetProperty("code").GetString());
        Assert.Equal(answer.Header("X-Trace-Id"), answer.LastError.GetProperty("trace").GetString());
        Assert.DoesNotContain("[DONE]", answer.Text);
    }

    /// <summary>One event without an end; the other side closes before all is sent.</summary>
    private static async Task SendForeverAsync(UpstreamCall call)
    {
        try
        {
            await call.WriteAsync("data: \"");
            for (var i = 0; i < 520; i++)
                await call.WriteAsync(new string('x', 64 * 1024));
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // Closed: that is what is wanted.
        }
    }
}
