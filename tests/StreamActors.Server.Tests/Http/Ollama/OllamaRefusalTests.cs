using System.Text;
using System.Text.Json;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>What is refused on Ollama's paths before anything starts, in Ollama's shape.</summary>
public class OllamaRefusalTests(OllamaRefusalTests.SmallServer both) : IClassFixture<OllamaRefusalTests.SmallServer>
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    public sealed class SmallServer() : ServerWithUpstream([("Server:MaxBodyBytes", "2048"), ("Backends:up:Models:1", "tagged:latest")]);

    /// <summary>Bodies and the field that the error must name.</summary>
    public static TheoryData<string, string, string?> Bodies => new()
    {
        { "chat", "", null },
        { "chat", "{", null },
        { "chat", "[]", null },
        { "chat", "{}", "model" },
        { "chat", "{\"messages\":[]}", "model" },
        { "chat", "{\"messages\":\"x\"}", "messages" },
        { "chat", "{\"prompt\":\"x\"}", "messages" },
        { "chat", "{\"messages\":[1]}", "messages[0]" },
        { "chat", "{\"messages\":[{}]}", "messages[0].role" },
        { "chat", "{\"messages\":[{\"role\":\"user\",\"content\":[]}]}", "messages[0].content" },
        { "chat", "{\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}", null },
        { "chat", "{\"messages\":[{\"role\":\"user\",\"images\":\"x\"}]}", "messages[0].images" },
        { "chat", "{\"messages\":[{\"role\":\"user\",\"images\":[\"data:image/png;base64,AAAA\"]}]}", "messages[0].images[0]" },
        { "chat", "{\"messages\":[{\"role\":\"user\",\"images\":[\"AAAA\",7]}]}", "messages[0].images[1]" },
        { "chat", "{\"messages\":[{\"role\":\"user\",\"thinking\":1}]}", "messages[0].thinking" },
        { "chat", "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":{}}]}", "messages[0].tool_calls" },
        { "chat", "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{}]}]}", "messages[0].tool_calls[0]" },
        { "chat", "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{}}]}]}", "messages[0].tool_calls[0].function.name" },
        { "chat", $"{{{Messages},\"model\":7}}", "model" },
        { "chat", $"{{{Messages},\"stream\":\"no\"}}", "stream" },
        { "chat", $"{{{Messages},\"tools\":{{}}}}", "tools" },
        { "chat", $"{{{Messages},\"options\":[]}}", "options" },
        { "chat", $"{{{Messages},\"options\":{{\"temperature\":\"hot\"}}}}", "options.temperature" },
        { "chat", $"{{{Messages},\"options\":{{\"num_predict\":true}}}}", "options.num_predict" },
        { "chat", $"{{{Messages},\"options\":{{\"stop\":[1]}}}}", "options.stop" },
        { "chat", $"{{{Messages},\"format\":\"xml\"}}", "format" },
        { "chat", $"{{{Messages},\"format\":7}}", "format" },
        { "chat", $"{{{Messages},\"think\":\"a lot\"}}", "think" },
        { "chat", $"{{{Messages},\"keep_alive\":[]}}", "keep_alive" },
        { "generate", "{\"model\":\"m\",\"keep_alive\":true}", "keep_alive" },
        { "chat", $"{{{Messages},{Messages}}}", null },
        { "generate", "{}", "model" },
        { "generate", "{\"prompt\":\"\"}", "model" },
        { "generate", "{\"model\":\"m\",\"raw\":true}", "raw" },
        { "generate", "{\"model\":\"m\",\"options\":[]}", "options" },
        { "generate", "{\"prompt\":[\"x\"]}", "prompt" },
        { "generate", "{\"prompt\":\"x\",\"suffix\":\"y\"}", "suffix" },
        { "generate", "{\"prompt\":\"x\",\"raw\":true}", "raw" },
        { "generate", "{\"prompt\":\"x\",\"template\":\"y\"}", "template" },
        { "generate", "{\"prompt\":\"x\",\"context\":[1]}", "context" },
        { "generate", "{\"prompt\":\"x\",\"system\":1}", "system" },
        { "generate", "{\"prompt\":\"x\",\"images\":[\"?\"]}", "images[0]" },
        { "show", "{\"model\":7}", "model" },
        { "show", "", null },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_cannot_be_understood_gives_400_that_names_the_field(string path, string body, string? param)
    {
        var refused = await RefusedAsync(400, "invalid_request", Post($"/api/{path}", body));

        Assert.Equal(param, refused.TryGetProperty("param", out var named) ? named.GetString() : null);
        if (param is not null)
            Assert.Contains($"'{param}'", refused.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("chat", "nope")]
    [InlineData("generate", "tagged:7b")]
    [InlineData("show", "nope:latest")]
    public async Task An_unknown_model_gives_404_in_Ollamas_words(string path, string model)
    {
        var body = $$"""{"model":"{{model}}","prompt":"x",{{Messages}}}""";

        var refused = await RefusedAsync(404, "model_not_found", Post($"/api/{path}", body));

        Assert.Equal($"model '{model}' not found", refused.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("tagged", "tagged:latest")]
    [InlineData("tagged:latest", "tagged:latest")]
    [InlineData("m:latest", "m")]
    [InlineData("", "m")]
    public async Task A_name_without_a_tag_means_the_latest(string asked, string model)
    {
        var (client, call) = await both.AskOllamaAsync($$"""{"model":"{{asked}}","stream":false,{{Messages}}}""");
        using var _ = client;
        await call.AnswerAsync("200 OK", """{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""");

        Assert.Contains($"\"model\":\"{model}\"", (await client.ReadAnswerAsync()).Text);
        Assert.Contains($"\"model\":\"{model}\"", call.Body);
    }

    [Theory]
    [InlineData(404, "unknown_url", "GET /api/nothing")]
    [InlineData(404, "unknown_url", "POST /api/pull")]
    [InlineData(405, "method_not_allowed", "GET /api/chat")]
    [InlineData(405, "method_not_allowed", "DELETE /API/tags")]
    [InlineData(401, "invalid_api_key", "GET /api/tags", "Authorization: Bearer wrong\r\n")]
    [InlineData(401, "invalid_api_key", "POST /api/chat", "Authorization: Bearer wrong\r\n")]
    [InlineData(403, "origin_not_allowed", "POST /api/generate", "Origin: https://evil.example\r\n")]
    [InlineData(400, "invalid_request", "POST /api/chat", "X-Session-Id: a b\r\n")]
    public Task Every_error_has_Ollamas_shape(int status, string code, string line, string headers = "") =>
        RefusedAsync(status, code, $"{line} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: 0\r\n\r\n");

    [Fact]
    public Task A_body_that_is_too_large_gives_413() => RefusedAsync(413, "body_too_large", Post("/api/chat", new string(' ', 3000)));

    private static string Post(string path, string body) =>
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";


    /// <summary>Sends it and checks status, shape, exactly one log line, and that nothing was started.</summary>
    private async Task<JsonElement> RefusedAsync(int status, string code, string request)
    {
        var lines = both.Server.Log.All.Count;
        var connections = both.Upstream.Connections;
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.SendAsync(request);

        var refused = (await client.ReadAnswerAsync()).AssertRefused(status, code);

        Assert.Contains($" status={status} code={code} ", Assert.Single(both.Server.Log.All.Skip(lines)));
        Assert.Equal(connections, both.Upstream.Connections);
        await Books.BalancedAsync(both.Server);
        return refused;
    }
}
