using StreamActors.Server.Tests.Ollama;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>What a backend can never answer is the caller's to mend: refused by the field's name, before anything is ended for it.</summary>
public class CallersFaultTests(ServerWithOllama both) : IClassFixture<ServerWithOllama>
{
    private const string Hi = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    private const string Image = "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}]}]";

    [Theory]
    [InlineData(Hi + ",\"n\":2", "n", "unsupported_value")]
    [InlineData(Image, "messages[0].content[0].image_url", "unsupported_value")]
    [InlineData(Hi + ",\"options\":7", "options", "invalid_request")]
    public async Task It_is_refused_and_the_running_answer_goes_on(string fields, string param, string code)
    {
        var (running, call) = await both.AskAsync(session: "s");
        using var _ = running;
        await call.BeginLinesAsync();
        using var client = await RawClient.PostChatAsync(both.Server, $"{{\"model\":\"m\",\"stream\":true,{fields}}}", session: "s");

        var refused = await client.ReadAnswerAsync();

        Assert.Equal(
            (400, "invalid_request_error", code, param),
            (refused.Status, Text("type"), Text("code"), Text("param")));
        Assert.StartsWith($"'{param}' must be ", Text("message"));
        Assert.False(call.HasClosed);
        Assert.Contains($" status=400 code={code} param=", both.Server.Log.Of("request_rejected")[^1]);
        await call.LineAsync(RecordedLines.Done);
        await call.EndAsync();
        Assert.True((await running.ReadAnswerAsync()).Finished);
        await Books.BalancedAsync(both.Server);

        string? Text(string name) => refused.Error.GetProperty(name).GetString();
    }

    [Fact]
    public async Task The_demo_model_refuses_so_too()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await RawClient.ConnectAsync(server);
        await client.PostAsync("/v1/chat/completions", """{"prompt":"Hi","n":2}""");

        var refused = await client.ReadAnswerAsync();

        Assert.Equal((400, "unsupported_value", "n"), (refused.Status, refused.Error.GetProperty("code").GetString(), refused.Error.GetProperty("param").GetString()));
        Assert.Empty(server.Log.Of("stream_accepted"));
    }
}
