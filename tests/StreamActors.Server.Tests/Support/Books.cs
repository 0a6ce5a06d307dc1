namespace StreamActors.Server.Tests.Support;

/// <summary>What must hold of a server when everything asked of it is over.</summary>
public static class Books
{
    /// <summary>Every accepted prompt was dropped or started, every started one has ended, once; nothing is open.</summary>
    public static Task BalancedAsync(TestServer server) => Eventually.HoldsAsync(() =>
    {
        var started = Traces(server, "stream_start");
        Assert.Equal(Traces(server, "stream_accepted"), started.Concat(Traces(server, "stream_dropped")).Order());
        Assert.Equal(started, Traces(server, "stream_end"));
        Assert.Equal(0, server.Responses.Count);
    });

    private static IEnumerable<string> Traces(TestServer server, string name) =>
        server.Log.Of(name).Select(line => line.Split(" trace=")[1].Split(' ')[0]).Order();
}
