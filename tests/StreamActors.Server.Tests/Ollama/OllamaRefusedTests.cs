using StreamActors.Server.Tests.Http.Ollama;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Ollama;

/// <summary>What an Ollama refuses reaches its caller on OpenAI's paths and on Ollama's own.</summary>
public class OllamaRefusedTests(ServerWithOllama both) : IClassFixture<ServerWithOllama>
{
    [Theory]
    [InlineData("400 Bad Request", """{"error":"\"m\" does not support tools"}""", 400, "\"m\" does not support tools", null)]
    [InlineData("404 Not Found", """{"error":"model 'm' not found"}""", 404, "model 'm' not found", null)]
    [InlineData("402 Payment Required", """{"error":"this model requires a subscription"}""", 402, "this model requires a subscription", null)]
    [InlineData("429 Too Many Requests", """{"error":"you have reached your hourly usage limit"}""", 429, "you have reached your hourly usage limit", "9")]
    [InlineData("503 Service Unavailable", """{"error":"server busy, please try again.  maximum pending requests exceeded"}""", 503, "server busy, please try again.  maximum pending requests exceeded", "9")]
    [InlineData("500 Internal Server Error", """{"error":"model requires more system memory (10.0 GiB) than is available (4.2 GiB)"}""", 502, "model requires more system memory (10.0 GiB) than is available (4.2 GiB)", null)]
    [InlineData("500 Internal Server Error", """{"error":"do load request: Post \"http://127.0.0.1:33445/load\": EOF"}""", 502, "do load request: Post \"[model server]\": EOF", null)]
    public async Task Its_words_and_its_status_are_passed_on(string status, string body, int expected, string message, string? retryAfter)
    {
        var headers = retryAfter is null ? "" : $"Retry-After: {retryAfter}\r\n";
        foreach (var stream in new[] { true, false })
        {
            var openAi = await both.AnswerAsync(call => call.AnswerAsync(status, body, headers: headers), stream);
            Assert.Equal((expected, message, retryAfter), (openAi.Status, openAi.Error.GetProperty("message").GetString(), openAi.Header("Retry-After")));
        }

        var (client, call) = await both.AskOllamaAsync();
        using var _ = client;
        await call.AnswerAsync(status, body, headers: headers);
        var own = await client.ReadAnswerAsync();
        Assert.Equal((message, retryAfter), (own.AssertRefused(expected, "backend_error").GetProperty("error").GetString(), own.Header("Retry-After")));
        await Books.BalancedAsync(both.Server);
    }
}
