using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Soak.Clients;
using StreamActors.Soak.Upstream;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Load;

/// <summary>Prompts of one session that arrive together: the newest is answered, the others give way, none queues.</summary>
[Collection(LoadTests.Name)]
public class RapidFireTests(ITestOutputHelper output)
{
    private const int Lanes = 8;
    private const int RoundsEach = 25;
    private const int AtOnce = 3;
    private const int Tokens = 30;

    [Fact]
    public async Task Of_three_prompts_at_once_only_the_newest_completes()
    {
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var server = await TestServer.StartAsync(upstream.AsBackend);
        using var client = new LoadClient(server.Address);

        var ends = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => FireAsync(client, $"lane-{lane}")));

        var record = await upstream.RecordAsync();
        Assert.Equal((0, 1, 0), (record.Overlaps, record.MaxLivePerSession, record.Live));
        Assert.Equal(Lanes * RoundsEach, record.Ended);
        await Eventually.HoldsAsync(() => Assert.Equal(0, server.Responses.Count));
        var books = new BooksOf(server.Log.All);
        books.AssertBalanced();
        var byTrace = ends.SelectMany(e => e).ToDictionary(end => end.Trace!);
        var rounds = Enumerable.Range(0, Lanes).SelectMany(lane => books.Of($"lane-{lane}").Chunk(AtOnce)).ToList();
        Assert.Equal(Lanes * RoundsEach, rounds.Count);
        Assert.All(rounds, round => AssertNewestWon(round, byTrace));
        var (dropped, cancelled) = (books.Streams.Count(s => s.Dropped is not null), books.Streams.Count(s => s.Cancelled is not null));
        output.WriteLine($"dropped {dropped}, cancelled {cancelled}, never seen by the model {books.Streams.Count - record.Accepted}");
    }

    private static async Task<List<AnswerEnd>> FireAsync(LoadClient client, string session)
    {
        var ends = new List<AnswerEnd>();
        for (var round = 0; round < RoundsEach; round++)
        {
            var answers = Enumerable.Range(0, AtOnce)
                .Select(i => client.Send(session, Prompt.Of(session, $"{round}-{i}", Tokens, delay: 10))).ToList();
            ends.AddRange(await Task.WhenAll(answers.Select(a => a.End)));
        }

        return ends;
    }

    /// <param name="round">In the order in which the session accepted them.</param>
    /// <param name="ends">What the clients saw.</param>
    private static void AssertNewestWon(StreamBook[] round, Dictionary<string, AnswerEnd> ends)
    {
        var winner = Assert.Single(round, stream => stream.Outcome == "completed");
        Assert.True(ends[winner.Trace] is { Completed: true, Tokens: Tokens }, $"the newest: {ends[winner.Trace]}");
        foreach (var loser in round.Where(stream => stream != winner))
        {
            var end = ends[loser.Trace];
            var by = (loser.Dropped ?? loser.Cancelled)!["superseded_by"];
            Assert.Equal("registry_new_stream", loser.Reason);
            Assert.Contains(round, stream => stream.Trace == by && stream != loser);
            Assert.Equal(("registry_new_stream", by), (end.ErrorCode, end.SupersededBy));
            Assert.True(end.EndedByFrame || end is { Status: 400, Cut: false, RetryForbidden: true }, $"{end}");
        }
    }
}
