using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class SupersededTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Code = "registry_new_stream";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Before_its_first_byte_a_superseded_request_gets_400_that_no_client_retries(bool stream)
    {
        var (older, old) = await both.AskAsync(stream, "before");
        var (newer, call) = await both.AskAsync(session: "before");
        using var _ = older;
        using var __ = newer;

        var answer = await older.ReadAnswerAsync();

        Assert.Equal((400, "false", true), (answer.Status, answer.Header("x-should-retry"), answer.Finished));
        Assert.Null(answer.Header("Retry-After"));
        Assert.Equal(Code, answer.Error.GetProperty("code").GetString());
        Assert.Equal("invalid_request_error", answer.Error.GetProperty("type").GetString());
        Assert.Equal(await FinishAsync(newer, call), answer.Error.GetProperty("superseded_by").GetString());
        Assert.True(old.HasClosed);
    }

    /// <summary>Each winner is the next round's loser. The old upstream must be closed before the new one is asked.</summary>
    [Fact]
    public async Task After_its_first_byte_the_last_frame_says_it_every_time_and_the_connection_is_cut()
    {
        var (older, old) = await both.AskAsync(session: "after");
        for (var round = 0; round < 200; round++)
        {
            await old.BeginEventsAsync();
            await old.EventAsync(Chunks.Content("one"));
            await older.ReadUntilAsync("one");

            var (newer, call) = await both.AskAsync(session: "after");
            Assert.True(old.HasClosed, $"Round {round}: the new upstream was asked before the old one was closed.");
            var answer = await older.ReadAnswerAsync();
            older.Dispose();

            CutAnswerTests.AssertCut(answer, Code);
            Assert.Equal(Chunks.Content("one"), answer.Events[0].Text);
            Assert.Equal(2, answer.Events.Count);
            Assert.Contains(answer.LastError.GetProperty("superseded_by").GetString()!, both.Server.Log.Of("stream_accepted")[^1]);
            (older, old) = (newer, call);
        }

        await FinishAsync(older, old);
        older.Dispose();
    }

    [Fact]
    public async Task Of_a_storm_only_the_newest_is_answered()
    {
        await using var own = await ServerWithUpstream.StartAsync();
        var clients = new List<RawClient>();
        for (var i = 0; i < 30; i++)
            clients.Add(await RawClient.PostChatAsync(own.Server, ServerWithUpstream.Chat(prompt: $"number {i}"), "storm"));

        // Which of them the server takes last is its own matter; whoever it is, its upstream is the one left open.
        var answers = Task.WhenAll(clients.Select(c => c.ReadAnswerAsync()));
        while (!answers.IsCompleted)
        {
            var asking = own.Upstream.NextCallAsync();
            if (await Task.WhenAny(asking, answers) == answers)
                break;
            await TryCompleteAsync(await asking);
        }

        var statuses = (await answers).Select(a => a.Status).ToList();
        Assert.All(statuses, status => Assert.True(status is 200 or 400, $"{status}"));
        Assert.Contains(200, statuses);
        clients.ForEach(c => c.Dispose());
        await Books.BalancedAsync(own.Server);
        Assert.Empty(own.Server.Log.Of("prev_stream_timeout_on_cancel"));
    }

    [Fact]
    public async Task The_log_tells_a_replacement_in_its_order()
    {
        var (older, old) = await both.AskAsync(session: "order");
        await old.BeginEventsAsync();
        await old.EventAsync(Chunks.Content("one"));
        await older.ReadUntilAsync("one");
        var (newer, call) = await both.AskAsync(session: "order");
        var first = (await older.ReadAnswerAsync()).Header("X-Trace-Id")!;
        var second = (await FinishAsync(newer, call))!;

        string[] expected =
        [
            $"stream_accepted trace={first}", $"stream_start trace={first}", $"stream_accepted trace={second}",
            $"stream_cancelled trace={first}", $"stream_end trace={first}", $"prev_stream_finished_cleanly session=order trace={first}",
            $"stream_start trace={second}", $"stream_end trace={second}",
        ];
        var lines = both.Server.Log.All.Where(line => line.Contains("session=order ")).ToList();
        Assert.Equal(expected.Length, lines.Count);
        Assert.All(expected.Zip(lines), pair => Assert.Contains(pair.First, pair.Second));
        Assert.Contains($"reason={Code} superseded_by={second}", lines[3]);
        Assert.Contains($"outcome=cancelled reason={Code} ", lines[4]);
    }

    /// <summary>Completes an answer; gives its trace.</summary>
    private async Task<string?> FinishAsync(RawClient client, UpstreamCall call)
    {
        await TryCompleteAsync(call);
        var answer = await client.ReadAnswerAsync();
        Assert.EndsWith("data: [DONE]\n\n", answer.Text);
        await Books.BalancedAsync(both.Server);
        return answer.Header("X-Trace-Id");
    }

    private static async Task TryCompleteAsync(UpstreamCall call)
    {
        try
        {
            await call.BeginEventsAsync(chunked: false);
            await call.WriteAsync(Framing.All["LF"]([Chunks.Finish]));
            await call.EndAsync();
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // Superseded meanwhile.
        }
    }
}
