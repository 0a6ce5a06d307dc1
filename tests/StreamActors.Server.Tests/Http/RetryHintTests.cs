using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>When a model server says to try again, and what it says is left of an allowance.</summary>
public class RetryHintTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Now = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    private const string Whole = """{"choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]}""";

    [Theory]
    [InlineData("", "1", null)]
    [InlineData("Retry-After: 17\r\n", "17", null)]
    [InlineData("retry-after: 0\r\n", "0", null)]
    [InlineData("Retry-After: 86400\r\n", "86400", null)]
    [InlineData("Retry-After: 2.5\r\n", "3", "2500")]
    [InlineData("Retry-After: .5\r\n", "1", "500")]
    [InlineData("retry-after-ms: 4500\r\n", "5", "4500")]
    [InlineData("retry-after-ms: 2000\r\n", "2", null)]
    [InlineData("Retry-After: 9\r\nretry-after-ms: 8200.5\r\n", "9", "8201")]
    [InlineData(Now + "Retry-After: Sun, 06 Nov 1994 08:50:17 GMT\r\n", "40", null)]
    [InlineData(Now + "Retry-After: Sunday, 06-Nov-94 08:50:17 GMT\r\n", "40", null)]
    [InlineData(Now + "Retry-After: Sun Nov  6 08:50:17 1994\r\n", "40", null)]
    [InlineData(Now + "Retry-After: Sun, 06 Nov 1994 08:49:07 GMT\r\n", "0", null)]
    [InlineData("Retry-After: Sun, 06 Nov 1994 08:49:07 GMT\r\n", "0", null)]
    [InlineData("Retry-After: soon\r\n", "1", null)]
    [InlineData("Retry-After: -5\r\n", "1", null)]
    [InlineData("Retry-After: 1e3\r\n", "1", null)]
    [InlineData("Retry-After: 99999999999999999999\r\n", "1", null)]
    [InlineData("Retry-After: NaN\r\nretry-after-ms: \r\n", "1", null)]
    [InlineData("Retry-After: -Infinity\r\n", "1", null)]
    [InlineData("retry-after-ms: -Infinity\r\n", "1", null)]
    public async Task The_time_to_wait_is_passed_on_in_whatever_form_it_has(string headers, string seconds, string? milliseconds)
    {
        var answer = await RefusedAsync("429 Too Many Requests", """{"error":{"message":"Slow down"}}""", headers);

        Assert.Equal((429, seconds, milliseconds), (answer.Status, answer.Header("Retry-After"), answer.Header("retry-after-ms")));
        Assert.Null(answer.Header("x-should-retry"));
    }

    [Theory]
    [InlineData("""{"error":{"code":429,"message":"m","details":[{"retryDelay":"37.5s"}]}}""", "38")]
    [InlineData("""{"error":"Model x is currently loading","estimated_time":20.0}""", "20")]
    public async Task A_time_that_stands_in_the_body_is_passed_on_too(string body, string seconds)
    {
        Assert.Equal(seconds, (await RefusedAsync("503 No", body)).Header("Retry-After"));
        Assert.Equal("3", (await RefusedAsync("503 No", body, "Retry-After: 3\r\n")).Header("Retry-After"));
    }

    [Theory]
    [InlineData("409 Conflict", "Retry-After: 7\r\n", "7")]
    [InlineData("500 Oops", "Retry-After: 7\r\n", "7")]
    [InlineData("400 Bad Request", "", null)]
    [InlineData("503 No", "", "1")]
    [InlineData("529 No", "", "1")]
    [InlineData("500 Oops", "", null)]
    public async Task With_any_status_and_unasked_where_a_repeat_makes_sense(string status, string headers, string? seconds) =>
        Assert.Equal(seconds, (await RefusedAsync(status, "{}", headers)).Header("Retry-After"));

    [Theory]
    [InlineData("429 No", "x-should-retry: false\r\n", "false")]
    [InlineData("409 No", "x-should-retry: true\r\n", "true")]
    [InlineData("409 No", "x-should-retry: perhaps\r\n", null)]
    [InlineData("401 No", "", "false")]
    [InlineData("504 No", "", "false")]
    [InlineData("504 No", "x-should-retry: true\r\n", "true")]
    public async Task Whether_to_try_again_is_passed_on(string status, string headers, string? shouldRetry) =>
        Assert.Equal(shouldRetry, (await RefusedAsync(status, "{}", headers)).Header("x-should-retry"));

    [Fact]
    public async Task What_is_left_of_an_allowance_goes_with_a_refusal_and_with_a_good_answer_and_nothing_else_does()
    {
        const string sent = "x-ratelimit-limit-requests: 60\r\nX-RateLimit-Reset-Tokens: 1m0s\r\nratelimit: \"d\";r=5;t=7\r\nRateLimit-Policy: \"d\";q=9\r\n"
            + "anthropic-ratelimit-tokens-remaining: 5\r\nx-request-id: req_1\r\nrequest-id: req_2\r\n"
            + "Set-Cookie: a=b\r\nServer: secret\r\nVia: 1.1 secret\r\nX-Powered-By: secret\r\nopenai-organization: secret\r\nx-ratelimit-odd: a\tsecret\r\n"
            + "X-Session-Id: theirs\r\nX-Trace-Id: theirs\r\nCache-Control: public\r\n";
        foreach (var answer in new[]
        {
            await RefusedAsync("400 No", "{}", sent), await RefusedAsync("429 No", "{}", sent), await RefusedAsync("500 No", "{}", sent),
            await RefusedAsync("200 OK", Whole, sent), await StreamedAsync(sent),
        })
        {
            Assert.Equal(
                ("60", "1m0s", "\"d\";r=5;t=7", "\"d\";q=9", "5", "req_1", "req_2"),
                (answer.Header("x-ratelimit-limit-requests"), answer.Header("x-ratelimit-reset-tokens"), answer.Header("ratelimit"), answer.Header("ratelimit-policy"),
                    answer.Header("anthropic-ratelimit-tokens-remaining"), answer.Header("x-request-id"), answer.Header("request-id")));
            Assert.DoesNotContain("secret", answer.Head);
            Assert.DoesNotContain("theirs", answer.Head);
            Assert.DoesNotContain("Set-Cookie", answer.Head, StringComparison.OrdinalIgnoreCase);
        }

        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task Embeddings_have_it_too()
    {
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/embeddings", """{"model":"m","input":"a"}""");
        await (await both.Upstream.NextCallAsync()).AnswerAsync("200 OK", """{"data":[]}""", headers: "x-ratelimit-remaining-tokens: 12\r\n");

        Assert.Equal("12", (await client.ReadAnswerAsync()).Header("x-ratelimit-remaining-tokens"));
    }

    private Task<RawAnswer> RefusedAsync(string status, string body, string headers = "") =>
        both.AnswerAsync(call => call.AnswerAsync(status, body, headers: headers), stream: status != "200 OK");

    private Task<RawAnswer> StreamedAsync(string headers) => both.AnswerAsync(async call =>
    {
        await call.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{headers}Connection: close\r\n\r\n");
        await call.SendAsync("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        await call.CloseAsync();
    });
}
