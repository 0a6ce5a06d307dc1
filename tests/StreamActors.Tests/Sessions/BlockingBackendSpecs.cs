using Akka.TestKit.Xunit2;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;
using Xunit.Abstractions;

namespace StreamActors.Tests.Sessions;

/// <summary>A backend whose code holds its thread.</summary>
public class BlockingBackendSpecs(ITestOutputHelper output) : TestKit(output: output)
{
    public static TheoryData<BlockAt> Places => [.. Enum.GetValues<BlockAt>().Except([BlockAt.Nowhere])];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Wherever_it_blocks_the_next_prompt_is_served_after_the_grace_and_the_blocked_one_is_counted_until_it_ends(BlockAt where)
    {
        using var backend = new BlockingBackend { Where = where };
        var harness = new SessionsHarness(Sys, backend);
        var a = harness.Submit();
        var blocksUnasked = where is not (BlockAt.Disposing or BlockAt.BeingCancelled or BlockAt.BeingCancelledUnawaited);
        if (blocksUnasked)
            await backend.BlockedAsync();
        else
            await a.ReadUntilAsync("one");
        backend.Where = BlockAt.Nowhere;

        var b = harness.Submit();

        Assert.Equal((EndReason.RegistryNewStream, b.Prompt.Trace), ((await a.Ending).Reason, (await a.Ending).SupersededBy));
        if (!blocksUnasked)
            await backend.BlockedAsync();
        await AwaitAssertAsync(() =>
        {
            harness.Time.Advance(harness.Options.CancelGrace);
            Assert.True(b.Ending.IsCompleted);
        });
        Assert.Equal(StreamEnding.Completed, await b.Ending);
        Assert.Equal((1, 1L), (harness.Load.Counters.Detached, harness.Load.Counters.DetachedTotal));
        Assert.DoesNotContain("DetachedEnded", harness.Log.Names(SessionsHarness.Session));

        backend.Release();
        await AwaitAssertAsync(() =>
        {
            Assert.Equal(new BackendCounters(0, 0, 0, 1, 0, 0), harness.Load.Counters);
            Assert.Equal("DetachedEnded", harness.Log.Names(SessionsHarness.Session)[^1]);
        });
    }

    [Fact]
    public async Task One_that_lets_go_within_the_grace_is_proven_over_and_not_detached()
    {
        using var backend = new BlockingBackend { Where = BlockAt.MiddleStep };
        var harness = new SessionsHarness(Sys, backend);
        var a = harness.Submit();
        await backend.BlockedAsync();
        var b = harness.Submit();
        await a.Ending;

        backend.Release();

        Assert.Equal(StreamEnding.Completed, await b.Ending);
        Assert.Contains("FinishedCleanly", harness.Log.Names(SessionsHarness.Session));
        Assert.Equal(0, harness.Load.Counters.DetachedTotal);
    }

    [Fact]
    public async Task A_hundred_that_block_delay_nobody_else()
    {
        using var backend = new BlockingBackend { Where = BlockAt.FirstStep };
        var harness = new SessionsHarness(Sys, backend);
        for (var i = 0; i < 100; i++)
        {
            harness.Submit(new SessionKey("owner", $"blocked-{i}"));
            await backend.BlockedAsync();
        }

        backend.Where = BlockAt.Nowhere;

        Assert.Equal(StreamEnding.Completed, await harness.Submit().Ending);
        Assert.Equal(100, harness.Load.Counters.Running);
        backend.Release();
    }
}
