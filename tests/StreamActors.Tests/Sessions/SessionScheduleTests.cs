using Akka.TestKit.Xunit2;
using CsCheck;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Sessions;

/// <summary>
/// Random schedules against the real actors: what they announce is entered into the same books that the exhaustive
/// exploration of the machine uses.
/// </summary>
public class SessionScheduleTests : TestKit
{
    private const int Schedules = 150;

    public enum Step
    {
        Submit,
        SubmitToStubbornBackend,
        BackendSpeaks,
        BackendFinishes,
        BackendFails,
        ClientLeaves,
        ClientCancels,
        GracePasses,
        FirstTokenDeadlinePasses,
        Settle,
    }

    [Fact]
    public Task Random_schedules_keep_the_promises() =>
        Gen.Enum<Step>().Array[1, 25].SampleAsync(async steps => { await RunAsync(steps); }, iter: Schedules, threads: 2);

    [Fact]
    public Task While_no_grace_passes_a_generation_never_begins_before_the_older_one_is_closed() =>
        Gen.Enum<Step>().Where(s => s is not (Step.GracePasses or Step.FirstTokenDeadlinePasses)).Array[1, 25].SampleAsync(
            async steps =>
            {
                var harness = await RunAsync(steps);
                Assert.True(harness.Backend.MostLive <= 1);
            },
            iter: Schedules,
            threads: 2);

    private async Task<SessionsHarness> RunAsync(Step[] schedule)
    {
        var harness = new SessionsHarness(Sys);
        var clients = new List<FakeClient>();
        var calls = new List<BackendCall>();
        foreach (var step in schedule)
            await PlayAsync(step, harness, clients, calls);

        await ComeToRestAsync(harness, calls);
        var last = harness.Submit();
        await FinishAllUntilAsync(last, harness, calls);

        Assert.Equal(StreamEnding.Completed, await last.Ending);
        foreach (var client in clients)
            await client.Ending;
        await AwaitAssertAsync(() => Assert.True(harness.Log.Books(SessionsHarness.Session).Balanced));
        await AwaitAssertAsync(() => Assert.Empty(harness.Backend.Live));
        Assert.Equal(0, harness.Responses.Count);
        Sys.Stop(harness.Sessions);
        return harness;
    }

    private static async Task PlayAsync(Step step, SessionsHarness harness, List<FakeClient> clients, List<BackendCall> calls)
    {
        while (harness.Backend.TryNextCall(out var call))
            calls.Add(call!);
        switch (step)
        {
            case Step.Submit or Step.SubmitToStubbornBackend:
                harness.Backend.IgnoresCancellation = step == Step.SubmitToStubbornBackend;
                clients.Add(harness.Submit());
                break;
            case Step.BackendSpeaks:
                calls.LastOrDefault()?.Say("word");
                break;
            case Step.BackendFinishes:
                calls.LastOrDefault()?.Finish();
                break;
            case Step.BackendFails:
                calls.LastOrDefault()?.Fail(new BackendException(EndReason.BackendTruncated, "cut"));
                break;
            case Step.ClientLeaves when clients.Count > 0:
                harness.ClientGone(clients[^1]);
                break;
            case Step.ClientCancels when clients.Count > 0:
                _ = harness.CancelAsync(clients[^1]);
                break;
            case Step.GracePasses:
                harness.Time.Advance(harness.Options.CancelGrace);
                break;
            case Step.FirstTokenDeadlinePasses:
                harness.Time.Advance(harness.Deadlines.FirstTokenTimeout);
                break;
            case Step.Settle:
                await Task.WhenAll(clients.Select(c => c.Response.Accepted)).WaitAsync(TimeSpan.FromSeconds(5));
                break;
        }
    }

    /// <summary>Whatever still runs is let go: stubborn backends end too.</summary>
    private static async Task ComeToRestAsync(SessionsHarness harness, List<BackendCall> calls)
    {
        foreach (var client in harness.Responses.All.ToList())
            await client.Accepted.WaitAsync(TimeSpan.FromSeconds(5));
        while (harness.Backend.TryNextCall(out var call))
            calls.Add(call!);
        calls.ForEach(c => c.Finish());
    }

    private static async Task FinishAllUntilAsync(FakeClient last, SessionsHarness harness, List<BackendCall> calls)
    {
        while (!last.Ending.IsCompletedSuccessfully)
        {
            if (last.Ending.IsFaulted)
                throw new LedgerException($"No ending: {harness.Directory.Find(SessionsHarness.Session)}; {string.Join(", ", harness.Log.All)}; accepted {last.Response.Accepted.IsCompleted}, ended {last.Response.Ended.IsCompleted}, closed {last.Response.Closed.IsCompleted}; calls {calls.Count}");
            while (harness.Backend.TryNextCall(out var call))
                calls.Add(call!);
            calls.ForEach(c => c.Finish());
            await Task.WhenAny(last.Ending, Task.Delay(1));
        }
    }
}
