using Akka.Actor;
using Akka.TestKit.Xunit2;
using StreamActors.Generations;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Streaming;
using StreamActors.Telemetry;
using StreamActors.Tests.Fakes;
using Xunit.Abstractions;

namespace StreamActors.Tests.Sessions;

/// <summary>What a user of sessions sees, with real actors.</summary>
public class SessionSpecs : TestKit
{
    private readonly SessionsHarness _harness;

    public SessionSpecs(ITestOutputHelper output) : base(output: output) => _harness = new SessionsHarness(Sys);

    private static SessionKey Session => SessionsHarness.Session;

    [Fact]
    public async Task A_prompt_cancelled_before_the_backend_has_answered_anything_ends_at_once()
    {
        var client = _harness.Submit();
        var call = await _harness.Backend.NextCallAsync();

        var receipt = await _harness.CancelAsync(client);

        Assert.Equal(ReceiptOutcome.FinishedCleanly, receipt.Outcome);
        Assert.True(call.Disposed.IsCompleted);
        Assert.Equal(EndReason.ClientCancel, (await client.Ending).Reason);
        Assert.False(client.Begun);
    }

    [Fact]
    public async Task A_newer_prompt_replaces_the_running_one_after_the_proof()
    {
        var a = _harness.Submit();
        var callA = await _harness.Backend.NextCallAsync();
        callA.Say("half");
        await a.ReadUntilAsync("half");

        var b = _harness.Submit();
        var callB = await _harness.Backend.NextCallAsync();

        Assert.True(callA.Disposed.IsCompleted);
        var endingA = await a.Ending;
        Assert.Equal((EndReason.RegistryNewStream, b.Prompt.Trace), (endingA.Reason, endingA.SupersededBy));
        callB.Say("four");
        await b.ReadUntilAsync("four");
        callB.Finish();
        Assert.Equal(StreamEnding.Completed, await b.Ending);
        await AwaitAssertAsync(() => Assert.Equal(
            ["Accepted", "Started", "Accepted", "Cancelled", "Ended", "FinishedCleanly", "Started", "Ended"], _harness.Log.Names(Session)));
    }

    [Fact]
    public async Task Of_three_prompts_in_a_row_only_the_newest_runs_and_the_middle_one_is_answered_at_once()
    {
        _harness.Backend.IgnoresCancellation = true;
        var a = _harness.Submit();
        var callA = await _harness.Backend.NextCallAsync();

        var b = _harness.Submit();
        var c = _harness.Submit();

        // A's backend has not stopped yet; the middle prompt does not wait for that.
        var endingB = await b.Ending;
        Assert.Equal((EndReason.RegistryNewStream, c.Prompt.Trace), (endingB.Reason, endingB.SupersededBy));
        Assert.False(callA.Disposed.IsCompleted);

        callA.Finish();
        var callC = await _harness.Backend.NextCallAsync();
        callC.Finish();
        Assert.Equal(StreamEnding.Completed, await c.Ending);
        Assert.Equal(EndReason.RegistryNewStream, (await a.Ending).Reason);
        Assert.False(_harness.Backend.TryNextCall(out _));
    }

    [Fact]
    public async Task A_late_event_of_an_older_generation_does_not_touch_the_newer_one()
    {
        _harness.Submit();
        await _harness.Backend.NextCallAsync();
        var b = _harness.Submit();
        var callB = await _harness.Backend.NextCallAsync();
        var session = await Sys.ActorSelection(_harness.Sessions.Path / Session.EntityId).ResolveOne(TimeSpan.FromSeconds(3));

        session.Tell(new GenerationProtocol.Finishing(1));
        session.Tell(new GenerationProtocol.Ended(1, StreamEnding.Completed));
        session.Tell(new SessionEvent.GenerationTerminated(1));
        session.Tell(new SessionEvent.GraceElapsed(1));
        session.Tell(new GenerationProtocol.DeadlineMissed(1, EndReason.TotalTimeout));

        callB.Say("alive");
        await b.ReadUntilAsync("alive");
        callB.Finish();
        Assert.Equal(StreamEnding.Completed, await b.Ending);
    }

    [Fact]
    public async Task A_crash_in_a_generation_fails_its_stream_and_leaves_the_session_usable()
    {
        var a = _harness.Submit();
        var callA = await _harness.Backend.NextCallAsync();
        callA.Fail(new InvalidOperationException("boom"));
        Assert.Equal(EndReason.BackendError, (await a.Ending).Reason);

        var b = _harness.Submit();
        (await _harness.Backend.NextCallAsync()).Finish();
        Assert.Equal(StreamEnding.Completed, await b.Ending);
        await AwaitAssertAsync(() => Assert.True(_harness.Log.Books(Session).Balanced));
    }

    [Fact]
    public async Task A_generation_actor_that_dies_is_not_restarted_and_its_stream_ends_as_failed()
    {
        var a = _harness.Submit();
        await _harness.Backend.NextCallAsync();
        var generation = await Sys.ActorSelection(_harness.Sessions.Path / Session.EntityId / "gen-1").ResolveOne(TimeSpan.FromSeconds(3));

        generation.Tell(Kill.Instance);

        Assert.Equal(EndReason.BackendError, (await a.Ending).Reason);
        Assert.False(_harness.Backend.TryNextCall(out _));
        await AwaitAssertAsync(() => Assert.Empty(_harness.Backend.Live));
    }

    [Fact]
    public async Task A_prompt_that_was_overtaken_on_its_way_does_not_end_the_newer_one()
    {
        var late = FakeClient.Open(_harness.Responses, Session, _harness.Time, arrival: 1);
        var early = FakeClient.Open(_harness.Responses, Session, _harness.Time, arrival: 2);
        _harness.Sessions.Tell(new SessionProtocol.SubmitPrompt(Session, early.Prompt, OneShot: false));
        var call = await _harness.Backend.NextCallAsync();

        _harness.Sessions.Tell(new SessionProtocol.SubmitPrompt(Session, late.Prompt, OneShot: false));

        var ending = await late.Ending;
        Assert.Equal((EndReason.RegistryNewStream, early.Prompt.Trace), (ending.Reason, ending.SupersededBy));
        call.Finish();
        Assert.Equal(StreamEnding.Completed, await early.Ending);
    }

    [Theory]
    [InlineData(Delivery.ClientGone, EndReason.ClientDisconnect)]
    [InlineData(Delivery.TooSlow, EndReason.ClientTooSlow)]
    public async Task A_finished_answer_whose_end_its_client_did_not_take_is_not_logged_as_completed(Delivery delivery, EndReason reason)
    {
        var a = _harness.Submit();
        a.Delivery = delivery;
        (await _harness.Backend.NextCallAsync()).Finish();

        await AwaitAssertAsync(() => Assert.Equal(
            (Outcome.Cancelled, reason),
            _harness.Log.All.OfType<StreamEvent.Ended>().Select(e => (e.Outcome, e.Reason)).Single()));
        Assert.True(_harness.Log.Books(Session).Balanced);
    }

    [Fact]
    public async Task A_backend_whose_cancellation_callback_throws_is_stopped_all_the_same()
    {
        var a = _harness.Submit();
        var call = await _harness.Backend.NextCallAsync();
        call.Cancellation.Register(() => throw new InvalidOperationException("boom"));

        var receipt = await _harness.CancelAsync(a);

        Assert.Equal(ReceiptOutcome.FinishedCleanly, receipt.Outcome);
        Assert.True(call.Disposed.IsCompleted);
        Assert.Equal(EndReason.ClientCancel, (await a.Ending).Reason);
    }

    [Fact]
    public async Task A_prompt_that_nobody_waits_for_any_more_is_never_started()
    {
        var client = FakeClient.Open(_harness.Responses, Session, _harness.Time);
        Assert.True(client.Response.TryGiveUp());

        _harness.Sessions.Tell(new SessionProtocol.SubmitPrompt(Session, client.Prompt, OneShot: true));

        await AwaitAssertAsync(() => Assert.Equal(0, _harness.Directory.Count));
        Assert.Empty(_harness.Log.All);
        client.Response.End(StreamEnding.Because(EndReason.ServerShutdown));
    }

    [Fact]
    public async Task Two_sessions_do_not_touch_each_other()
    {
        var other = new SessionKey("owner", "other");
        var a = _harness.Submit();
        await _harness.Backend.NextCallAsync();
        var x = _harness.Submit(other);
        var callX = await _harness.Backend.NextCallAsync();

        _harness.Submit();
        Assert.Equal(EndReason.RegistryNewStream, (await a.Ending).Reason);

        Assert.False(callX.Cancellation.IsCancellationRequested);
        callX.Finish();
        Assert.Equal(StreamEnding.Completed, await x.Ending);
    }

    [Fact]
    public async Task The_same_id_under_another_key_is_another_session()
    {
        var a = _harness.Submit();
        var callA = await _harness.Backend.NextCallAsync();

        _harness.Submit(Session with { Owner = "another" });
        await _harness.Backend.NextCallAsync();

        Assert.False(callA.Cancellation.IsCancellationRequested);
        callA.Finish();
        Assert.Equal(StreamEnding.Completed, await a.Ending);
    }

    [Fact]
    public async Task A_backend_that_ignores_cancellation_is_detached_after_the_grace_and_says_when_it_has_ended()
    {
        _harness.Backend.IgnoresCancellation = true;
        var a = _harness.Submit();
        var callA = await _harness.Backend.NextCallAsync();
        var receipt = _harness.CancelAsync(a);
        Assert.Equal(EndReason.ClientCancel, (await a.Ending).Reason);
        var b = _harness.Submit();
        await b.Response.Accepted.WaitAsync(TimeSpan.FromSeconds(3));

        await AdvanceAsync(_harness.Options.CancelGrace, () => Assert.Contains("TimedOutOnCancel", _harness.Log.Names(Session)));

        var callB = await _harness.Backend.NextCallAsync();
        Assert.Equal(ReceiptOutcome.TimedOut, (await receipt).Outcome);
        callA.Say("from the dead");
        callB.Say("fresh");
        Assert.DoesNotContain("dead", await b.ReadUntilAsync("fresh"));
        callA.Finish();
        callB.Finish();
        Assert.Equal(StreamEnding.Completed, await b.Ending);
        await AwaitAssertAsync(() => Assert.Single(_harness.Log.All.OfType<StreamEvent.DetachedEnded>()));
        await AwaitAssertAsync(() => Assert.True(_harness.Log.Books(Session).Balanced));
        var end = Assert.Single(_harness.Log.Of(b.Prompt.Trace).OfType<StreamEvent.Ended>());
        Assert.True(end.TookOver && end.Waited >= _harness.Options.CancelGrace, $"{end}");
        Assert.Equal([ReceiptOutcome.TimedOut], _harness.Log.Receipts);
    }

    [Fact]
    public async Task A_client_that_leaves_while_its_prompt_waits_gets_it_dropped()
    {
        _harness.Backend.IgnoresCancellation = true;
        _harness.Submit();
        var callA = await _harness.Backend.NextCallAsync();
        var b = _harness.Submit();

        _harness.ClientGone(b);

        Assert.Equal(EndReason.ClientDisconnect, (await b.Ending).Reason);
        callA.Finish();
        await AwaitAssertAsync(() => Assert.True(_harness.Log.Books(Session).Balanced));
        Assert.False(_harness.Backend.TryNextCall(out _));
    }

    [Fact]
    public async Task An_idle_session_goes_after_its_time_and_a_prompt_makes_a_new_one()
    {
        var a = _harness.Submit();
        (await _harness.Backend.NextCallAsync()).Finish();
        await a.Ending;
        await AwaitAssertAsync(() => Assert.Equal(SessionPhase.Idle, _harness.Directory.Find(Session)!.Phase));

        await AdvanceAsync(_harness.Options.IdleAfter, () => Assert.Null(_harness.Directory.Find(Session)));

        var b = _harness.Submit();
        (await _harness.Backend.NextCallAsync()).Finish();
        Assert.Equal(StreamEnding.Completed, await b.Ending);
    }

    [Fact]
    public async Task A_one_shot_session_goes_with_its_request()
    {
        var a = _harness.Submit(oneShot: true);
        (await _harness.Backend.NextCallAsync()).Finish();
        await a.Ending;

        await AwaitAssertAsync(() => Assert.Equal(0, _harness.Directory.Count));
    }

    [Fact]
    public async Task A_draining_session_lets_the_running_stream_finish_and_takes_no_new_prompt()
    {
        var a = _harness.Submit();
        var callA = await _harness.Backend.NextCallAsync();
        _harness.Sessions.Tell(SessionProtocol.Drain.Instance);

        var b = _harness.Submit();

        Assert.Equal(EndReason.ServerShutdown, (await b.Ending).Reason);
        callA.Finish();
        Assert.Equal(StreamEnding.Completed, await a.Ending);
    }

    [Fact]
    public async Task Stopping_the_sessions_ends_every_open_response()
    {
        _harness.Backend.IgnoresCancellation = true;
        var a = _harness.Submit();
        var call = await _harness.Backend.NextCallAsync();
        var b = _harness.Submit();
        await b.Response.Accepted.WaitAsync(TimeSpan.FromSeconds(3));

        Sys.Stop(_harness.Sessions);

        Assert.Equal(EndReason.ServerShutdown, (await b.Ending).Reason);
        Assert.Equal(EndReason.RegistryNewStream, (await a.Ending).Reason);
        call.Finish();
    }

    /// <summary>Moves the clock until what it should cause is there: the timer may be set a moment after the clock was moved.</summary>
    private Task AdvanceAsync(TimeSpan time, Action then) => AwaitAssertAsync(() =>
    {
        _harness.Time.Advance(time);
        then();
    });
}
