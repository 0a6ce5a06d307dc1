using System.Diagnostics;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Streaming;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Host;
using StreamActors.Sessions;
using StreamActors.Soak.Books;
using StreamActors.Soak.Clients;
using StreamActors.Soak.Upstream;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Load;

/// <summary>A hundred sessions, each a hundred prompts, each prompt sent at the first token of the one before.</summary>
[Collection(LoadTests.Name)]
public class StormTests(ITestOutputHelper output)
{
    private const int Sessions = 100;
    private const int PromptsEach = 100;
    private const int Tokens = 20;
    private const int Delay = 50;

    [Fact]
    public async Task A_storm_never_overlaps_answers_everybody_and_leaves_nothing_alive()
    {
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var server = await TestServer.StartAsync(upstream.AsBackend);
        using var client = new LoadClient(server.Address);
        var (watch, used) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);

        var ends = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => StormAsync(client, Name(i))));

        used = Process.GetCurrentProcess().TotalProcessorTime - used;
        output.WriteLine($"{Sessions} x {PromptsEach} prompts in {watch.Elapsed.TotalSeconds:F1} s; processor seconds: client and "
            + $"server {used.TotalSeconds:F1}, model server {upstream.ProcessorTime.TotalSeconds:F1}");
        Assert.All(ends, AssertAnswered);
        await AssertNothingRunsAsync(server, upstream, completed: ends.Sum(all => all.Count(end => end.Completed)));
        AssertBooks(server, ends);
        await AssertSessionsCanGoAsync(server, client);
    }

    private static string Name(int session) => $"storm-{session}";

    private static async Task<AnswerEnd[]> StormAsync(LoadClient client, string session)
    {
        var answers = new List<Answer>();
        for (var i = 0; i < PromptsEach; i++)
        {
            var answer = client.Send(session, Prompt.Of(session, $"{i}", Tokens, Delay));
            answers.Add(answer);
            await answer.HasBegunAsync();
        }

        return await Task.WhenAll(answers.Select(a => a.End));
    }

    private static void AssertAnswered(AnswerEnd[] ends)
    {
        Assert.True(ends[^1].Completed && ends[^1].Tokens == Tokens, $"the last: {ends[^1]}");
        foreach (var (end, next) in ends.Zip(ends.Skip(1)))
        {
            var superseded = end.EndedByFrame && end.ErrorCode == "registry_new_stream" && end.SupersededBy == next.Trace;
            Assert.True(superseded || (end.Completed && end.Tokens == Tokens), $"{end}");
        }
    }

    private async Task AssertNothingRunsAsync(TestServer server, UpstreamProcess upstream, int completed)
    {
        var record = await upstream.RecordAsync(events: false);
        output.WriteLine($"model server: accepted {record.Accepted}, aborted {record.Aborted}, ended {record.Ended}, overlaps "
            + $"{record.Overlaps}, max live per session {record.MaxLivePerSession}, open connections {record.OpenConnections}");
        Assert.Equal((0, 1, 0), (record.Overlaps, record.MaxLivePerSession, record.Live));
        Assert.Equal((Sessions * PromptsEach, Sessions * PromptsEach), (record.Accepted, record.Ended + record.Aborted));
        // The model may have said its last word to a stream that was already giving way.
        Assert.InRange(record.Ended, completed, Sessions * PromptsEach);
        // A connection is kept only after an answer that was read to its end; one more is the asker's own.
        Assert.InRange(record.OpenConnections, 1, Sessions + 1);

        var system = server.Services.GetRequiredService<ActorSystem>();
        await Eventually.HoldsAsync(() =>
        {
            Assert.Equal(0, server.Responses.Count);
            Assert.All(server.Sessions.Of("local"), session => Assert.Equal(SessionPhase.Idle, session.Phase));
            Assert.DoesNotContain(ActorTree.Sessions(system), path => path.Contains("/gen-", StringComparison.Ordinal));
            Assert.Equal(Sessions, ActorTree.Sessions(system).Count);
            Assert.Empty(ActorTree.Streams(system, server.Services.GetRequiredService<TokenPaths>()));
        });
        Assert.Equal(Sessions, server.Sessions.Count);
    }

    private void AssertBooks(TestServer server, AnswerEnd[][] ends)
    {
        var books = new BooksOf(server.Log.All);
        books.AssertBalanced();
        Assert.Equal(Sessions * PromptsEach, books.Streams.Count);
        for (var i = 0; i < Sessions; i++)
        {
            Assert.Equal(ends[i].Select(end => end.Trace), books.Of(Name(i)).Select(stream => stream.Trace));
            Assert.Equal(ends[i].Select(end => end.Completed), books.Of(Name(i)).Select(stream => stream.Outcome == "completed"));
        }

        var took = books.Streams.Where(s => s.FinishedCleanly is not null)
            .Select(s => (long)(1000 * decimal.Parse(s.FinishedCleanly!["took_ms"]!))).ToList();
        output.WriteLine(
            $"proofs: {took.Count}, p50 {took.Percentile(0.5)} us, p99 {took.Percentile(0.99)} us, max {took.Max()} us");
        Assert.DoesNotContain(books.Streams, s => s.TimedOut is not null);
    }

    private static async Task AssertSessionsCanGoAsync(TestServer server, LoadClient client)
    {
        foreach (var receipt in await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => client.DeleteSessionAsync(Name(i)))))
            Assert.Contains("\"outcome\":\"already_ended\"", receipt);
        await Eventually.HoldsAsync(() =>
        {
            Assert.Equal(0, server.Sessions.Count);
            Assert.Empty(ActorTree.Sessions(server.Services.GetRequiredService<ActorSystem>()));
        });
    }
}
