using Akka.TestKit.Xunit2;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;
using Xunit.Abstractions;

namespace StreamActors.Tests.Sessions;

/// <summary>A backend that takes only so much.</summary>
public class BackendLimitSpecs(ITestOutputHelper output) : TestKit(output: output)
{
    private static readonly SessionKey X = new("owner", "x");
    private static readonly SessionKey Y = new("owner", "y");
    private static readonly SessionKey Z = new("owner", "z");

    [Fact]
    public async Task Who_waits_for_a_place_is_cancelled_at_once_without_the_backend_hearing_of_it()
    {
        var harness = new SessionsHarness(Sys, limits: new BackendOptions { MaxConcurrent = 1 });
        var running = harness.Submit(X);
        var call = await harness.Backend.NextCallAsync();
        var waiting = harness.Submit(Y);
        await waiting.Response.Accepted;

        var receipt = await harness.CancelAsync(waiting);

        Assert.Equal(ReceiptOutcome.FinishedCleanly, receipt.Outcome);
        call.Finish();
        Assert.Equal(StreamEnding.Completed, await running.Ending);
        Assert.False(harness.Backend.TryNextCall(out _));
    }

    [Fact]
    public async Task The_newest_prompt_wins_among_the_waiting_too()
    {
        var harness = new SessionsHarness(Sys, limits: new BackendOptions { MaxConcurrent = 1 });
        harness.Submit(X);
        var call = await harness.Backend.NextCallAsync();
        var older = harness.Submit(Y);
        await older.Response.Accepted;

        var newer = harness.Submit(Y);

        Assert.Equal(newer.Prompt.Trace, (await older.Ending).SupersededBy);
        call.Finish();
        (await harness.Backend.NextCallAsync()).Finish();
        Assert.Equal(StreamEnding.Completed, await newer.Ending);
    }

    [Fact]
    public async Task Beyond_those_who_may_wait_a_prompt_is_refused_at_once()
    {
        var harness = new SessionsHarness(Sys, limits: new BackendOptions { MaxConcurrent = 1, MaxWaiting = 0 });
        harness.Submit(X);
        var call = await harness.Backend.NextCallAsync();

        var refused = harness.Submit(Y);

        Assert.Equal(EndReason.BackendBusy, (await refused.Ending).Reason);
        call.Finish();
        await AwaitAssertAsync(() => Assert.Empty(harness.Backend.Live));
        var next = harness.Submit(Y);
        (await harness.Backend.NextCallAsync()).Finish();
        Assert.Equal(StreamEnding.Completed, await next.Ending);
    }

    [Fact]
    public async Task With_too_many_detached_a_backend_gets_no_new_prompts_until_one_has_ended()
    {
        var harness = new SessionsHarness(Sys, limits: new BackendOptions { MaxDetached = 2, MaxConcurrent = 2 });
        harness.Backend.IgnoresCancellation = true;
        var stuck = new List<BackendCall>();
        foreach (var session in new[] { X, Y })
        {
            var client = harness.Submit(session);
            stuck.Add(await harness.Backend.NextCallAsync());
            await DetachAsync(harness, client);
        }

        var refused = harness.Submit(Z);
        Assert.Equal(EndReason.BackendStuck, (await refused.Ending).Reason);

        stuck[0].Finish();
        await AwaitAssertAsync(() => Assert.Equal(1, harness.Load.Counters.Detached));
        var taken = harness.Submit(Z);
        (await harness.Backend.NextCallAsync()).Finish();
        Assert.Equal(StreamEnding.Completed, await taken.Ending);

        stuck[1].Finish();
        await AwaitAssertAsync(() => Assert.Equal(0, harness.Load.Counters.Detached));
    }

    [Fact]
    public async Task Who_waits_takes_the_place_of_a_detached_one()
    {
        var harness = new SessionsHarness(Sys, limits: new BackendOptions { MaxConcurrent = 1 });
        harness.Backend.IgnoresCancellation = true;
        var stuck = harness.Submit(X);
        var call = await harness.Backend.NextCallAsync();
        var waiting = harness.Submit(Y);
        await AwaitAssertAsync(() => Assert.Equal(1, harness.Load.Counters.Waiting));

        await DetachAsync(harness, stuck);

        (await harness.Backend.NextCallAsync()).Finish();

        Assert.Equal(StreamEnding.Completed, await waiting.Ending);
        await AwaitAssertAsync(() => Assert.Equal(new BackendCounters(0, 0, 1, 1, 0, 0), harness.Load.Counters));
        call.Finish();
    }

    [Fact]
    public async Task Who_waits_gets_no_place_that_one_detached_too_many_has_left()
    {
        var harness = new SessionsHarness(Sys, limits: new BackendOptions { MaxDetached = 1, MaxConcurrent = 1 });
        harness.Backend.IgnoresCancellation = true;
        var stuck = harness.Submit(X);
        var call = await harness.Backend.NextCallAsync();
        var waiting = harness.Submit(Y);
        await AwaitAssertAsync(() => Assert.Equal(1, harness.Load.Counters.Waiting));

        await DetachAsync(harness, stuck);

        Assert.Equal(EndReason.BackendStuck, (await waiting.Ending).Reason);
        Assert.False(harness.Backend.TryNextCall(out _));
        call.Finish();
        await AwaitAssertAsync(() => Assert.Equal(new BackendCounters(0, 0, 0, 1, 0, 1), harness.Load.Counters));
    }

    private async Task DetachAsync(SessionsHarness harness, FakeClient client)
    {
        var receipt = harness.CancelAsync(client);
        await client.Ending;
        await AwaitAssertAsync(() =>
        {
            harness.Time.Advance(harness.Options.CancelGrace);
            Assert.True(receipt.IsCompletedSuccessfully);
        });
        Assert.Equal(ReceiptOutcome.TimedOut, (await receipt).Outcome);
    }
}
