namespace StreamActors.Server.Tests.Clients;

/// <summary>Answers that the model finished: each library takes them for complete and finds all that is in them.</summary>
internal static class FinishedCases
{
    private const string Complete = "complete";

    public static readonly ClientCase[] All =
    [
        new("stream", scene => AnswerAsync(scene, stream: true)),
        new("no stream", scene => AnswerAsync(scene, stream: false)),
        new("tool calls, stream", scene => ToolsAsync(scene, stream: true)),
        new("tool calls, no stream", scene => ToolsAsync(scene, stream: false)),
        new("a whole answer where a stream was asked for", scene => InTheOtherFormAsync(scene, stream: true)),
        new("a stream where a whole answer was asked for", scene => InTheOtherFormAsync(scene, stream: false)),
        new("the demo model", DemoAsync,
            ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "100000")),
        new("list of models", ListAsync),
        new("heartbeats, then the answer", HeartbeatsAsync),
    ];

    private static async Task<string> AnswerAsync(ClientScene scene, bool stream)
    {
        var (client, upstream) = await scene.AskUpstreamAsync(stream);
        await upstream.AnswerAsync();
        ClientScene.Finished(await client.EndAsync());
        Assert.Equal(1, scene.Requests);
        return Complete;
    }

    private static async Task<string> ToolsAsync(ClientScene scene, bool stream)
    {
        var (client, upstream) = await scene.AskUpstreamAsync(stream, tools: true);
        Assert.Contains("\"get_weather\"", upstream.Body);
        await upstream.CallToolsAsync();
        FinishedTools(scene, await client.EndAsync());
        return Complete;
    }

    /// <summary>A model server that streams never, or always.</summary>
    private static async Task<string> InTheOtherFormAsync(ClientScene scene, bool stream)
    {
        var (client, upstream) = await scene.AskUpstreamAsync(stream);
        await upstream.AnswerAsync(stream: !stream);
        ClientScene.Finished(await client.EndAsync());
        (client, upstream) = await scene.AskUpstreamAsync(stream, tools: true);
        await upstream.CallToolsAsync(stream: !stream);
        FinishedTools(scene, await client.EndAsync());
        return Complete;
    }

    private static void FinishedTools(ClientScene scene, ClientAnswer answer)
    {
        Assert.Null(answer.Error);
        Assert.Equal(ClientScripts.Tools, answer.Tools);
        // Ollama has no word for it.
        Assert.Equal(scene.Client.SpeaksOllama ? "stop" : "toolcalls", answer.Finish?.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal));
    }

    private static async Task<string> DemoAsync(ClientScene scene)
    {
        foreach (var stream in new[] { true, false })
        {
            var client = await scene.AskAsync(stream, model: "demo");
            while (!client.HasEnded)
            {
                // Never so fast that a slow client meets a deadline of the stage's clock.
                scene.Advance(TimeSpan.FromMilliseconds(5));
                await Task.Delay(1);
            }

            var answer = await client.EndAsync();
            Assert.Null(answer.Error);
            Assert.StartsWith("This is the demo model", answer.Text);
            Assert.Equal("stop", answer.Finish?.ToLowerInvariant());
            Assert.True(answer.Usage > 10);
        }

        return Complete;
    }

    private static async Task<string> ListAsync(ClientScene scene)
    {
        if (!scene.Client.Lists)
            return "has no such call";
        var answer = await scene.ListAsync();
        Assert.Null(answer.Error);
        Assert.Equal([scene.Client.SpeaksOllama ? "m: unknown, completion tools, 0" : "m of up"], answer.Tools);
        return Complete;
    }

    private static async Task<string> HeartbeatsAsync(ClientScene scene)
    {
        var (client, upstream) = await scene.AskUpstreamAsync();
        await scene.BeatAsync();
        Assert.False(client.HasEnded);
        await upstream.BeginTextAsync();
        await client.HasTextAsync();
        await scene.BeatAsync();
        await upstream.EndTextAsync();
        ClientScene.Finished(await client.EndAsync());
        Assert.Equal(1, scene.Requests);
        return Complete;
    }
}
