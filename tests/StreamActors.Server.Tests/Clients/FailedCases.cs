using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Clients;

/// <summary>Failures after the status has gone out: the answer is cut, and no library takes it for finished or asks again.</summary>
internal static class FailedCases
{
    public static readonly ClientCase[] All =
    [
        new("silent for too long after heartbeats", scene => FailAsync(scene, "first_token_timeout", async _ =>
        {
            await scene.BeatAsync();
            scene.Advance(TimeSpan.FromMinutes(2));
        })),
        new("the model server fails after heartbeats", scene => FailAsync(scene, "backend_error", async (upstream) =>
        {
            await scene.BeatAsync();
            await upstream.AnswerAsync("500 Internal Server Error", "{}");
        })),
        new("the model server breaks off in the stream", scene => FailAsync(scene, "backend_truncated", async upstream =>
        {
            await upstream.BeginTextAsync();
            await upstream.ResetAsync();
        })),
        new("silent for too long in the stream", scene => FailAsync(scene, "idle_timeout", async upstream =>
        {
            await upstream.BeginTextAsync();
        }, silentAfterText: true)),
    ];

    private static async Task<string> FailAsync(ClientScene scene, string code, Func<UpstreamCall, Task> script, bool silentAfterText = false)
    {
        var (client, upstream) = await scene.AskUpstreamAsync();
        await script(upstream);
        if (silentAfterText)
            await client.HasTextAsync();
        var end = client.EndAsync();
        if (silentAfterText)
            await scene.AdvanceUntilAsync(end);
        var error = (await end).Error;

        Assert.Equal(1, scene.Requests);
        await scene.StillWorksAsync();
        return scene.Tells(error, code);
    }
}
