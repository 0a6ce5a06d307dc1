using StreamActors.Server.Tests.Clients;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Nginx;

/// <summary>What happens to a client behind nginx: what may happen to one before the server itself, and cuts of some more kinds.</summary>
internal static class NginxCases
{
    private const string Session = "s";

    public static IReadOnlyList<ClientCase> All { get; } =
    [
        .. new[] { FinishedCases.All, AbortedCases.All, SupersededCases.All, FailedCases.All }.SelectMany(cases => cases).Where(play => play.Settings.Length == 0),
        new("deleted in the stream", scene => DeletedAsync(scene, stream: true)),
        new("deleted, no stream", scene => DeletedAsync(scene, stream: false)),
        new("the model server breaks off, no stream", scene => FailedAsync(scene, async upstream =>
        {
            await upstream.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\":");
            await upstream.CloseAsync();
        })),
        new("silent for too long, no stream", scene => FailedAsync(scene, _ =>
        {
            scene.Advance(TimeSpan.FromMinutes(15));
            return Task.CompletedTask;
        })),
    ];

    private static async Task<string> DeletedAsync(ClientScene scene, bool stream)
    {
        var (client, upstream) = await scene.AskUpstreamAsync(stream, Session);
        if (stream)
        {
            await upstream.BeginTextAsync();
            await client.HasTextAsync();
        }

        using var receipt = await scene.Server.Http.DeleteAsync($"/v1/sessions/{Session}");
        var error = (await client.EndAsync()).Error;

        Assert.True(receipt.IsSuccessStatusCode);
        Assert.Equal(1, scene.Requests);
        await scene.StillWorksAsync();
        return scene.Tells(error, "session_deleted", stream ? null : 400);
    }

    /// <summary>Only that it failed: the status is another test's matter.</summary>
    private static async Task<string> FailedAsync(ClientScene scene, Func<UpstreamCall, Task> script)
    {
        var client = await scene.AskAsync(stream: false, retries: 0);
        await script(await scene.NextCallAsync());

        var answer = await client.EndAsync();

        Assert.NotNull(answer.Error);
        await scene.StillWorksAsync();
        return answer.Error.Describe(byText: false);
    }
}
