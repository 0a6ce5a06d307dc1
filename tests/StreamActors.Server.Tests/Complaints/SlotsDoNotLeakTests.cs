using StreamActors.Server.Tests.Support;
using StreamActors.Sessions;
using static StreamActors.Server.Tests.Complaints.Staging;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>Places that were never given back.</summary>
public class SlotsDoNotLeakTests
{
    private const int Rounds = 80;

    /// <summary>
    /// BerriAI/litellm#27955. Each round: one that runs is left, one that runs fails, one that waits is superseded, one that waits
    /// is left, and the one that took the superseded one's place is stopped.
    /// </summary>
    [Fact]
    [Trait("complaint", "BerriAI/litellm#27955")]
    public async Task After_hundreds_of_cancelled_failed_and_superseded_prompts_both_places_are_free()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:MaxConcurrent", "2"), ("Backends:up:MaxWaiting", "2"));
        for (var round = 0; round < Rounds; round++)
        {
            var (leaves, left) = await both.StreamingAsync("a");
            var (fails, failing) = await both.StreamingAsync("b");
            using var superseded = await WaitingAsync(both, "c");
            using var leavesWaiting = await WaitingAsync(both, "d");
            using var stopped = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat(), "c");
            Assert.Equal("registry_new_stream", (await superseded.ReadAnswerAsync()).Error.GetProperty("code").GetString());
            leavesWaiting.Dispose();
            await IdleAsync(both, "d");

            leaves.Dispose();
            await left.Closed.WaitAsync(Bound);
            var call = await both.Upstream.NextCallAsync();
            await failing.ResetAsync();
            Assert.Equal("backend_truncated", (await fails.ReadAnswerAsync()).LastError.GetProperty("code").GetString());
            await both.Server.StopAsync(await both.Server.RunningAsync("c"));
            Assert.True(call.HasClosed);
            fails.Dispose();
            foreach (var session in new[] { "a", "b", "c" })
                await IdleAsync(both, session);
        }

        await Books.BalancedAsync(both.Server);
        await BothAreFreeAsync(both);
    }

    /// <summary>BerriAI/litellm#27955: the refusals stood nowhere in the log.</summary>
    [Fact]
    [Trait("complaint", "BerriAI/litellm#27955")]
    public async Task A_prompt_that_finds_no_place_is_refused_at_once_and_the_log_says_why()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:MaxConcurrent", "1"), ("Backends:up:MaxWaiting", "0"));
        var (runs, call) = await both.StreamingAsync("runs");
        using var refused = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat(), "refused");

        var answer = await refused.ReadAnswerAsync();

        Assert.Equal((503, "backend_busy"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        await Eventually.HoldsAsync(() => Assert.Equal("backend_busy", both.Server.Lines(TraceOf(refused))[^1].Reason));
        await call.FinishAsync();
        await runs.ReadAnswerAsync();
        runs.Dispose();
        await IdleAsync(both, "runs");
        var (again, next) = await both.AskAsync(session: "refused");
        using var _ = again;
        await next.AnswerAsync("served");
        AssertComplete(await again.ReadAnswerAsync(), "served");
    }

    private static async Task<RawClient> WaitingAsync(ServerWithUpstream both, string session)
    {
        var client = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat(), session);
        await both.Server.RunningAsync(session);
        return client;
    }

    private static Task IdleAsync(ServerWithUpstream both, string session) =>
        Eventually.HoldsAsync(() => Assert.Equal(SessionPhase.Idle, both.Server.View(session)!.Phase));

    /// <summary>Two reach the model server, a third one only when one of them is over.</summary>
    private static async Task BothAreFreeAsync(ServerWithUpstream both)
    {
        var connections = both.Upstream.Connections;
        var (first, one) = await both.AskAsync();
        var (second, two) = await both.AskAsync();
        using var third = await WaitingAsync(both, "third");
        Assert.Equal(connections + 2, both.Upstream.Connections);

        await one.AnswerAsync("one");
        AssertComplete(await first.ReadAnswerAsync(), "one");
        await (await both.Upstream.NextCallAsync()).AnswerAsync("three");
        AssertComplete(await third.ReadAnswerAsync(), "three");
        await two.AnswerAsync("two");
        AssertComplete(await second.ReadAnswerAsync(), "two");
        first.Dispose();
        second.Dispose();
    }
}
