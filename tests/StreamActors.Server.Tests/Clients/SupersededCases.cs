namespace StreamActors.Server.Tests.Clients;

/// <summary>
/// A second prompt in the session, sent by the same library with its retries as shipped: the first call fails in the library's
/// own terms and is not sent again, the second is answered whole.
/// </summary>
internal static class SupersededCases
{
    private const string Code = "registry_new_stream";

    public static readonly ClientCase[] All =
    [
        new("superseded before the first byte", scene => SupersedeAsync(scene, stream: true, begun: false, beats: false)),
        new("superseded, no stream", scene => SupersedeAsync(scene, stream: false, begun: false, beats: false)),
        new("superseded in the stream", scene => SupersedeAsync(scene, stream: true, begun: true, beats: false)),
        new("superseded after heartbeats", scene => SupersedeAsync(scene, stream: true, begun: false, beats: true)),
    ];

    private static async Task<string> SupersedeAsync(ClientScene scene, bool stream, bool begun, bool beats)
    {
        var (loser, old) = await scene.AskUpstreamAsync(stream, "s");
        if (beats)
            await scene.BeatAsync();
        if (begun)
        {
            await old.BeginTextAsync();
            await loser.HasTextAsync();
        }

        var (winner, next) = await scene.AskUpstreamAsync(stream, "s");
        Assert.True(old.HasClosed);
        var end = loser.EndAsync();
        // Of several HTTP/2 streams nginx resets one when it next has something to send on their connection: a heartbeat at the latest.
        while (scene.Http2 && !end.IsCompleted)
        {
            scene.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(end, Task.Delay(200));
        }

        var lost = (await end).Error;
        await next.AnswerAsync();

        ClientScene.Finished(await winner.EndAsync());
        Assert.Equal(2, scene.Requests);
        return scene.Tells(lost, Code, begun || (beats && !scene.Client.SpeaksOllama) ? null : 400);
    }
}
