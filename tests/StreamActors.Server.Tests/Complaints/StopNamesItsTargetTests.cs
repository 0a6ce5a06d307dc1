using StreamActors.Server.Tests.Http;
using StreamActors.Server.Tests.Support;
using static StreamActors.Server.Tests.Complaints.Staging;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>Stops that could not be said, hit the wrong one, or could not be relied on.</summary>
public class StopNamesItsTargetTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    /// <summary>vllm-project/vllm#55521</summary>
    [Fact]
    [Trait("complaint", "vllm-project/vllm#55521")]
    public async Task A_stream_is_stopped_by_its_id_and_no_other_one_is()
    {
        var (stopped, ending) = await both.StreamingAsync();
        var (other, going) = await both.StreamingAsync();
        using var _ = stopped;
        using var __ = other;

        await both.Server.StopAsync(TraceOf(stopped));

        Assert.True(ending.HasClosed);
        CutAnswerTests.AssertCut(await stopped.ReadAnswerAsync(), "client_cancel");
        Assert.False(going.HasClosed);
        await going.FinishAsync();
        AssertComplete(await other.ReadAnswerAsync(), "one");
    }

    /// <summary>ollama/ollama#2876, ollama/ollama#9372: fifty times, since a receipt that is a guess is right now and then.</summary>
    [Fact]
    [Trait("complaint", "ollama/ollama#2876")]
    [Trait("complaint", "ollama/ollama#9372")]
    public async Task The_receipt_of_a_stop_comes_when_the_model_servers_connection_is_closed_and_not_before()
    {
        for (var i = 0; i < 50; i++)
        {
            var (client, call) = await both.StreamingAsync();

            var (outcome, _) = await both.Server.StopAsync(TraceOf(client));

            Assert.True(call.HasClosed, $"Round {i}");
            Assert.Equal("finished_cleanly", outcome);
            client.Dispose();
        }
    }

    /// <summary>ollama/ollama#9372: a stop that had no effect says so.</summary>
    [Fact]
    [Trait("complaint", "ollama/ollama#9372")]
    public async Task The_receipt_of_a_stop_that_the_model_does_not_heed_says_timed_out()
    {
        await using var stubborn = await StubbornServer.StartAsync();
        var (client, call) = await stubborn.StreamingAsync("unheeded");
        using var _ = client;

        var (outcome, took) = await stubborn.Server.StopAsync(TraceOf(client));

        Assert.Equal("timed_out", outcome);
        Assert.InRange(took, 900, 3000);
        Assert.False(call.Disposed.IsCompleted);
    }

    /// <summary>openclaw/openclaw#92270: the abort of one run ended whatever ran when it arrived.</summary>
    [Fact]
    [Trait("complaint", "openclaw/openclaw#92270")]
    public async Task A_stop_that_comes_late_does_not_end_the_run_that_came_after()
    {
        var (older, _) = await both.StreamingAsync("bound");
        var (newer, call) = await both.StreamingAsync("bound");
        using var __ = older;
        using var ___ = newer;

        Assert.Equal("already_ended", (await both.Server.StopAsync(TraceOf(older))).Outcome);

        Assert.False(call.HasClosed);
        await call.FinishAsync();
        AssertComplete(await newer.ReadAnswerAsync(), "one");
        Assert.DoesNotContain(both.Server.Lines(TraceOf(newer)), line => line.Event == "stream_cancelled");
    }

    /// <summary>cloudflare/agents#1110: there was no way to abort what runs in a session and to wait until it is over.</summary>
    [Fact]
    [Trait("complaint", "cloudflare/agents#1110")]
    public async Task Deleting_a_session_aborts_what_runs_in_it_and_answers_when_that_is_over()
    {
        var (client, call) = await both.StreamingAsync("waited-for");
        using var _ = client;

        var (status, receipt) = await both.Server.CallAsync(HttpMethod.Delete, "/v1/sessions/waited-for");

        Assert.True(call.HasClosed);
        Assert.Equal((200, "finished_cleanly"), (status, receipt.GetProperty("outcome").GetString()));
        Assert.Contains(both.Server.Lines(TraceOf(client)), line => line.Event == "stream_end");
    }

    /// <summary>cloudflare/agents#1110: the chunks of two answers of one session stood between one another.</summary>
    [Theory]
    [Trait("complaint", "cloudflare/agents#1110")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_answers_of_one_session_never_mingle_though_the_older_one_goes_on(bool blocks)
    {
        await using var stubborn = await StubbornServer.StartAsync(blocks);
        var (older, old) = await stubborn.StreamingAsync("mingled", "old-1");
        var (newer, call) = await stubborn.StreamingAsync("mingled", "new-1");
        using var _ = older;
        using var __ = newer;

        old.Say("old-2");
        call.Say("new-2");
        old.Dispose();
        await newer.ReadUntilAsync("new-2");
        await old.Disposed.WaitAsync(Bound);
        call.Dispose();

        var answer = await newer.ReadAnswerAsync();
        Assert.EndsWith("data: [DONE]\n\n", answer.Text);
        Assert.DoesNotContain("old-", answer.Text);
        CutAnswerTests.AssertCut(await older.ReadAnswerAsync(), "registry_new_stream");
        Assert.DoesNotContain("-2", older.Received);
    }
}
