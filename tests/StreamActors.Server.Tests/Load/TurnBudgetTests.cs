using StreamActors.Dispatch;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Http;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Load;

/// <summary>On a busy machine a turn's millisecond is over before its work has begun. What is left goes on later, whatever it is.</summary>
[Collection(LoadTests.Name)]
public sealed class TurnBudgetTests : IDisposable
{
    private readonly TimeSpan _budget = RunToCompletion.Budget;

    public TurnBudgetTests() => RunToCompletion.Budget = TimeSpan.Zero;

    [Fact]
    public async Task Without_any_time_in_a_turn_an_answer_still_comes_token_by_token_and_to_its_end_whole_or_cut()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var (client, call) = await both.AskAsync();
            using var _ = client;
            await call.BeginEventsAsync();
            for (var i = 0; i < 5; i++)
            {
                await call.EventAsync(Chunks.Content($"token {i}"));
                await client.ReadUntilAsync($"token {i}");
            }

            if (round % 2 == 0)
            {
                await call.FinishAsync();
                Assert.EndsWith("data: [DONE]\n\n", (await client.ReadAnswerAsync()).Text);
            }
            else
            {
                await call.CloseAsync();
                CutAnswerTests.AssertCut(await client.ReadAnswerAsync(), "backend_truncated");
            }
        }

        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task Nor_does_a_newer_prompt_wait_for_ever()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (older, _) = await both.AskAsync(session: "me");
        for (var round = 0; round < 20; round++)
        {
            var (newer, call) = await both.AskAsync(session: "me");
            Assert.Equal(400, (await older.ReadAnswerAsync()).Status);
            older.Dispose();
            older = newer;
            if (round == 19)
            {
                await call.BeginEventsAsync();
                await call.EventAsync(Chunks.Content("last"));
                await call.FinishAsync();
            }
        }

        Assert.EndsWith("data: [DONE]\n\n", (await older.ReadAnswerAsync()).Text);
        older.Dispose();
        await Books.BalancedAsync(both.Server);
    }

    public void Dispose() => RunToCompletion.Budget = _budget;
}
