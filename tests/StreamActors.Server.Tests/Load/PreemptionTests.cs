using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Soak.Clients;
using StreamActors.Soak.Upstream;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Load;

/// <summary>The seed's scenario, by the books of the model server: B ends A, and only then reaches the model.</summary>
[Collection(LoadTests.Name)]
public class PreemptionTests(ITestOutputHelper output)
{
    private const int Rounds = 500;
    private const int AtOnce = 4;
    private const int MeasuredRounds = 100;
    private const int WarmUpRounds = 20;
    private static readonly TimeSpan Sane = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_is_aborted_before_B_is_accepted_in_every_round(bool afterFirstToken)
    {
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var server = await TestServer.StartAsync(upstream.AsBackend);
        using var client = new LoadClient(server.Address);
        var play = new Preemption(client, upstream, afterFirstToken);

        for (var played = 0; played < Rounds; played += AtOnce)
            await play.RoundsAsync(Enumerable.Range(played, AtOnce).Select(i => $"round-{i}").ToList());

        var record = await upstream.RecordAsync();
        output.WriteLine(Sums(record));
        Assert.Equal((0, 1, 0), (record.Overlaps, record.MaxLivePerSession, record.Live));
        Assert.Equal((2 * Rounds, Rounds, Rounds), (record.Accepted, record.Aborted, record.Ended));
        Assert.All(record.BySession(), events => AssertAbortedBeforeAccepted([.. events]));
        Assert.Equal(Rounds, play.Played.Count);
        Assert.All(play.Played, round => AssertClients(round, afterFirstToken));
        await Eventually.HoldsAsync(() => Assert.Equal(0, server.Responses.Count));
        var books = new BooksOf(server.Log.All);
        books.AssertBalanced();
        Assert.Equal(2 * Rounds, books.Streams.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Giving_way_costs_next_to_nothing(bool afterFirstToken)
    {
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var server = await TestServer.StartAsync(upstream.AsBackend);
        using var client = new LoadClient(server.Address);
        var play = new Preemption(client, upstream, afterFirstToken);
        var plain = new List<long>();

        for (var i = 0; i < WarmUpRounds + MeasuredRounds; i++)
        {
            plain.Add(await play.PlainAsync($"plain-{i}"));
            await play.RoundsAsync([$"round-{i}"]);
        }

        var measured = play.Played.Skip(WarmUpRounds).ToList();
        var events = (await upstream.RecordAsync()).BySession();
        var toAbort = measured.Select(r => AbortIn(events[r.Session]) - r.B.SentAt).ToList();
        var toToken = new List<long>();
        foreach (var round in measured)
            toToken.Add(await round.B.HasBegunAsync() - round.B.SentAt);
        var (median, plainMedian) = (toToken.Percentile(0.5), plain.Skip(WarmUpRounds).Percentile(0.5));
        output.WriteLine($"{MeasuredRounds} rounds, B sent {(afterFirstToken ? "after" : "before")} A's first token");
        output.WriteLine($"B sent to A's abort upstream: p50 {toAbort.Percentile(0.5)} us, p99 {toAbort.Percentile(0.99)} us");
        output.WriteLine($"B's first token: median {median} us; a plain one: {plainMedian} us; apart {median - plainMedian} us");

        Assert.All(toAbort, time => Assert.True(time > 0));
        Assert.InRange(toAbort.Percentile(0.5), 0, Sane.TotalMicroseconds);
        Assert.InRange(median - plainMedian, -Sane.TotalMicroseconds, Sane.TotalMicroseconds);
    }

    private static long AbortIn(IEnumerable<(UpstreamEvent Event, int Position)> events) =>
        events.Single(e => e.Event.Event == "abort").Event.Microseconds;

    private static string Sums(UpstreamRecord record) =>
        $"accepted {record.Accepted}, aborted {record.Aborted}, ended {record.Ended}, overlaps {record.Overlaps}, "
        + $"max live per session {record.MaxLivePerSession}, open connections {record.OpenConnections}";

    private static void AssertAbortedBeforeAccepted(IReadOnlyList<(UpstreamEvent Event, int Position)> events)
    {
        var (abortA, acceptB) = (Single("A", "abort"), Single("B", "accept"));
        Assert.True(Single("A", "accept").Position < abortA.Position);
        Assert.True(abortA.Position < acceptB.Position);
        Assert.True(abortA.Event.Microseconds <= acceptB.Event.Microseconds);
        Assert.Equal(Preemption.TokensOfB, Single("B", "end").Event.Tokens);

        (UpstreamEvent Event, int Position) Single(string prompt, string name) =>
            Assert.Single(events, e => e.Event.Prompt == prompt && e.Event.Event == name);
    }

    private static void AssertClients(Preemption.Round round, bool afterFirstToken)
    {
        var (a, b) = (round.EndOfA, round.EndOfB);
        Assert.True(b.Completed && b.Tokens == Preemption.TokensOfB, $"B: {b}");
        Assert.True(afterFirstToken ? a.EndedByFrame : a is { Status: 400, Cut: false, RetryForbidden: true }, $"A: {a}");
        Assert.Equal(("registry_new_stream", b.Trace), (a.ErrorCode, a.SupersededBy));
    }
}
