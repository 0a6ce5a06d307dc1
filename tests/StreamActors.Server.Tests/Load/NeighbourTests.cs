using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Soak.Clients;
using StreamActors.Soak.Upstream;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Load;

/// <summary>What one session goes through is nothing to another.</summary>
[Collection(LoadTests.Name)]
public class NeighbourTests(ITestOutputHelper output)
{
    private const string Calm = "calm";
    private const string Wild = "wild";
    private const int CalmTokens = 300;
    private const int WildAtLeast = 20;

    [Fact]
    public async Task The_storm_of_one_session_does_not_touch_the_stream_of_another()
    {
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var server = await TestServer.StartAsync(upstream.AsBackend);
        using var client = new LoadClient(server.Address);

        var calm = client.Send(Calm, Prompt.Of(Calm, "only", CalmTokens, delay: 10));
        await calm.HasBegunAsync();
        var wild = new List<Answer>();
        while (!calm.End.IsCompleted)
        {
            // So long that none is over by itself before the next, however slow this machine is for a while.
            wild.Add(client.Send(Wild, Prompt.Of(Wild, $"{wild.Count}", tokens: 3000, delay: 10)));
            await wild[^1].HasBegunAsync();
        }

        wild.Add(client.Send(Wild, Prompt.Of(Wild, "last", tokens: 20, delay: 10)));
        var end = await calm.End;
        var ends = await Task.WhenAll(wild.Select(w => w.End));
        output.WriteLine($"{ends.Length} prompts stormed beside it");
        Assert.True(end.Completed, $"{end}");
        Assert.Equal(Enumerable.Range(0, CalmTokens), TokenNumbers(end.Body));
        Assert.InRange(ends.Length, WildAtLeast, int.MaxValue);
        Assert.True(ends[^1].Completed, $"{ends[^1]}");
        Assert.All(ends[..^1], e => Assert.True(e.EndedByFrame && e.ErrorCode == "registry_new_stream", $"{e}"));
        var seen = (await upstream.RecordAsync()).BySession()[Calm].Select(e => e.Event.Event);
        Assert.Equal(["accept", "first_token", "end"], seen);
        await Eventually.HoldsAsync(() => Assert.Equal(0, server.Responses.Count));
        var books = new BooksOf(server.Log.All);
        books.AssertBalanced();
        Assert.Equal("completed", Assert.Single(books.Of(Calm)).Outcome);
    }

    private static IEnumerable<int> TokenNumbers(string body) =>
        body.Split("\"content\":\"tok").Skip(1).Select(rest => int.Parse(rest[..rest.IndexOf('@')]));
}
