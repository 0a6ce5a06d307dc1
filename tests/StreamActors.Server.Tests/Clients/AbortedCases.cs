using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Clients;

/// <summary>A person stops the answer by the library's own means: the model server sees the close.</summary>
internal static class AbortedCases
{
    public static readonly ClientCase[] All =
    [
        new("abort before the first byte", scene => AbortAsync(scene, stream: true, begun: false)),
        new("abort, no stream", scene => AbortAsync(scene, stream: false, begun: false)),
        new("abort in the stream", scene => AbortAsync(scene, stream: true, begun: true)),
    ];

    private static async Task<string> AbortAsync(ClientScene scene, bool stream, bool begun)
    {
        var (client, upstream) = await scene.AskUpstreamAsync(stream);
        if (begun)
        {
            await upstream.BeginTextAsync();
            await client.HasTextAsync();
        }

        await client.AbortAsync();
        var answer = await client.EndAsync();
        await upstream.Closed.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.NotNull(answer.Error);
        await Books.BalancedAsync(scene.Server);
        Assert.Contains(" outcome=cancelled reason=client_disconnect ", Assert.Single(scene.Server.Log.Of("stream_end")));
        Assert.Equal(1, scene.Requests);
        await scene.StillWorksAsync();
        return $"{answer.Error}; model stopped";
    }
}
