using Akka.TestKit.Xunit2;
using Serilog.Events;
using StreamActors.Operations;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Tests.Fakes;
using Xunit.Abstractions;
using static StreamActors.Operations.OperationsProtocol;

namespace StreamActors.Tests.Operations;

/// <summary>What operators see and do, with real actors.</summary>
public class OperationsSpecs : TestKit
{
    private readonly OperationsHarness _harness;

    public OperationsSpecs(ITestOutputHelper output) : base(output: output) => _harness = new OperationsHarness(Sys);

    private SessionsHarness Sessions => _harness.Sessions;

    [Fact]
    public async Task Cancelling_a_session_answers_when_its_stream_is_proven_over_and_logs_who_did_it()
    {
        var client = Sessions.Submit();
        var call = await Sessions.Backend.NextCallAsync();

        var done = Assert.IsType<OperationsReply.Cancelled>(await _harness.AskAsync(new CancelSession("owner/session")));

        Assert.True(call.Disposed.IsCompleted);
        Assert.Equal((client.Prompt.Trace, ReceiptOutcome.FinishedCleanly), (done.Receipt.Trace, done.Receipt.Outcome));
        Assert.Equal(EndReason.AdminCancel, (await client.Ending).Reason);
        Assert.Matches(
            $@"^operator_action who=test claimed_user=.*eve\\+u\{{a\}}forged.* action=sessions_cancel target=owner/session outcome=finished_cleanly trace={client.Prompt.Trace} took_ms=\d+(\.\d)?$",
            Assert.Single(_harness.Lines));
    }

    [Fact]
    public async Task Cancelling_what_does_not_live_is_not_found_and_logged_so()
    {
        Assert.Equal(Refusal.NotFound, Assert.IsType<OperationsReply.Refused>(await _harness.AskAsync(new CancelSession("owner/nobody"))).Why);
        Assert.Equal(Refusal.NotFound, Assert.IsType<OperationsReply.Refused>(await _harness.AskAsync(new CancelSession("nobody"))).Why);
        Assert.Equal(Refusal.NotFound, Assert.IsType<OperationsReply.Refused>(await _harness.AskAsync(new CancelStream("0123456789"))).Why);
        Assert.Equal(3, _harness.Lines.Count(line => line.Contains("outcome=not_found")));
    }

    [Fact]
    public async Task A_bare_id_that_two_owners_have_is_refused_with_their_names()
    {
        Sessions.Submit(new SessionKey("alice", "same"));
        Sessions.Submit(new SessionKey("bob/b", "same"));
        await Sessions.Backend.NextCallAsync();
        await Sessions.Backend.NextCallAsync();

        var refused = Assert.IsType<OperationsReply.Refused>(await _harness.AskAsync(new CancelSession("same")));
        Assert.Equal(Refusal.Ambiguous, refused.Why);
        Assert.Contains("alice/same, bob/b/same", refused.Message);

        Assert.Equal(new SessionKey("bob/b", "same"), Assert.IsType<OperationsReply.Cancelled>(await _harness.AskAsync(new CancelSession("bob/b/same"))).Session);
        // Now it is clear who is meant.
        await AwaitAssertAsync(() => Assert.Equal(1, Sessions.Directory.Count));
        Assert.Equal("alice", Assert.IsType<OperationsReply.SessionShown>(await _harness.AskAsync(new ShowSession("same"))).Session.Key.Owner);
    }

    [Fact]
    public async Task A_stream_is_cancelled_by_the_first_digits_of_its_trace_and_a_newer_one_of_its_session_is_not_touched()
    {
        var client = Sessions.Submit();
        await Sessions.Backend.NextCallAsync();
        var trace = client.Prompt.Trace.Value;

        Assert.Equal(Refusal.NotFound, Assert.IsType<OperationsReply.Refused>(await _harness.AskAsync(new CancelStream(trace[..5]))).Why);
        var done = Assert.IsType<OperationsReply.Cancelled>(await _harness.AskAsync(new CancelStream(trace[..6])));
        Assert.Equal((trace, ReceiptOutcome.FinishedCleanly), (done.Receipt.Trace!.Value.Value, done.Receipt.Outcome));
        Assert.Equal(EndReason.AdminCancel, (await client.Ending).Reason);

        Sessions.Submit();
        var newer = await Sessions.Backend.NextCallAsync();
        var late = Assert.IsType<OperationsReply.Cancelled>(await _harness.AskAsync(new CancelStream(trace)));
        Assert.Equal(ReceiptOutcome.AlreadyEnded, late.Receipt.Outcome);
        Assert.False(newer.Disposed.IsCompleted);
    }

    [Fact]
    public async Task A_stream_that_does_not_stop_is_answered_at_the_end_of_the_grace()
    {
        Sessions.Backend.IgnoresCancellation = true;
        var client = Sessions.Submit();
        await Sessions.Backend.NextCallAsync();

        var asking = _harness.AskAsync(new CancelStream(client.Prompt.Trace.Value));
        await AwaitAssertAsync(() => Assert.Equal(SessionPhase.Replacing, Sessions.Directory.Find(SessionsHarness.Session)!.Phase));
        Sessions.Time.Advance(Sessions.Options.CancelGrace);

        Assert.Equal(ReceiptOutcome.TimedOut, Assert.IsType<OperationsReply.Cancelled>(await asking).Receipt.Outcome);
        Assert.Contains("outcome=timed_out", Assert.Single(_harness.Lines));
        var figures = Assert.IsType<OperationsReply.Figures>(await _harness.AskAsync(new ShowStats()));
        Assert.Equal((1, 0), (figures.Streams.DetachedNow, figures.Streams.Running));
        Assert.Equal(1, Assert.Single(Assert.IsType<OperationsReply.BackendList>(await _harness.AskAsync(new ListBackends())).Backends).Load.Detached);
    }

    [Fact]
    public async Task The_operators_actor_answers_others_while_a_stop_is_on_its_way()
    {
        Sessions.Backend.IgnoresCancellation = true;
        Sessions.Submit();
        var call = await Sessions.Backend.NextCallAsync();
        var cancelling = _harness.AskAsync(new CancelSession("session"));

        Assert.IsType<OperationsReply.Figures>(await _harness.AskAsync(new ShowStats()));
        Assert.False(cancelling.IsCompleted);

        call.Finish();
        Assert.IsType<OperationsReply.Cancelled>(await cancelling);
    }

    [Fact]
    public async Task Lists_show_busy_sessions_first_and_no_more_than_asked_for()
    {
        foreach (var id in new[] { "a", "b", "c" })
        {
            Sessions.Submit(new SessionKey("owner", id));
            (await Sessions.Backend.NextCallAsync()).Say("one");
        }

        var call = Sessions.Submit(new SessionKey("owner", "0"));
        (await Sessions.Backend.NextCallAsync()).Finish();
        await call.Ending;
        await AwaitAssertAsync(() => Assert.Equal(SessionPhase.Idle, Sessions.Directory.Find(new SessionKey("owner", "0"))!.Phase));

        var all = Assert.IsType<OperationsReply.SessionList>(await _harness.AskAsync(new ListSessions()));
        Assert.Equal(["a", "b", "c", "0"], all.Sessions.Select(s => s.Key.Id));
        var some = Assert.IsType<OperationsReply.SessionList>(await _harness.AskAsync(new ListStreams(Most: 2)));
        Assert.Equal((2, 3), (some.Sessions.Count, some.Total));
        Assert.All(some.Sessions, s => Assert.Equal("fake", s.Backend));
    }

    [Fact]
    public async Task Figures_hold_the_tokens_of_streams_that_still_run()
    {
        var client = Sessions.Submit();
        var call = await Sessions.Backend.NextCallAsync();
        call.Say("one");
        call.Say("two");
        await client.ReadUntilAsync("two");
        Sessions.Time.Advance(TimeSpan.FromSeconds(10));

        var figures = Assert.IsType<OperationsReply.Figures>(await _harness.AskAsync(new ShowStats()));

        Assert.Equal((2, 1, 0L), (figures.Tokens, figures.Sessions, figures.Streams.Tokens));
        Assert.Equal(0.2, figures.TokensPerSecond, 3);
    }

    [Fact]
    public async Task Draining_can_be_undone_and_says_what_it_did()
    {
        Assert.True(Assert.IsType<OperationsReply.DrainState>(await _harness.AskAsync(new SetDrain(On: true))).On);
        Assert.True(_harness.On);
        await _harness.AskAsync(new SetDrain(On: true));
        Assert.False(Assert.IsType<OperationsReply.DrainState>(await _harness.AskAsync(new SetDrain(On: false))).On);

        Assert.Equal(["on", "already_on", "off"], _harness.Lines.Select(line => line.Split("outcome=")[1].Split(' ')[0]));
    }

    [Fact]
    public async Task Draining_cannot_be_undone_once_the_server_stops()
    {
        _harness.Stopping = true;

        Assert.Equal(Refusal.Stopping, Assert.IsType<OperationsReply.Refused>(await _harness.AskAsync(new SetDrain(On: false))).Why);
        Assert.Contains("action=drain_off target=- outcome=refused_stopping", Assert.Single(_harness.Lines));
    }

    [Fact]
    public async Task The_level_of_the_log_is_set_for_actors_too_and_who_did_it_is_logged_at_any_level()
    {
        Assert.Equal("Debug", Assert.IsType<OperationsReply.LogLevel>(await _harness.AskAsync(new SetLogLevel("debug"))).Level);
        Assert.Equal((LogEventLevel.Debug, LogEventLevel.Debug), (_harness.Levels.Level, _harness.Levels.Frameworks.MinimumLevel));
        Assert.Equal(Akka.Event.LogLevel.DebugLevel, Sys.EventStream.LogLevel);

        await _harness.AskAsync(new SetLogLevel("Fatal"));
        Assert.Equal("Fatal", Assert.IsType<OperationsReply.LogLevel>(await _harness.AskAsync(new ShowLogLevel())).Level);
        Assert.Equal(Akka.Event.LogLevel.WarningLevel, Sys.EventStream.LogLevel);
        Assert.Equal(Refusal.Invalid, Assert.IsType<OperationsReply.Refused>(await _harness.AskAsync(new SetLogLevel("7"))).Why);
        Assert.Equal(["set", "set", "invalid"], _harness.Lines.Select(line => line.Split("outcome=")[1].Split(' ')[0]));
    }

    [Fact]
    public async Task Where_the_log_is_another_programs_its_level_is_not_claimed_to_be_set()
    {
        var embedded = new OperationsHarness(Sys, ownLog: false);

        Assert.Equal(Refusal.Unavailable, Assert.IsType<OperationsReply.Refused>(await embedded.AskAsync(new SetLogLevel("Debug"))).Why);
        Assert.Equal(Refusal.Unavailable, Assert.IsType<OperationsReply.Refused>(await embedded.AskAsync(new ShowLogLevel())).Why);
    }

    [Theory]
    [InlineData("sessions", null)]
    [InlineData("sessions drop", "a")]
    [InlineData("sessions cancel", null)]
    [InlineData("stats", "a")]
    [InlineData("drain maybe", null)]
    [InlineData("", null)]
    public void A_command_that_is_none_is_said_to_be_wrong(string command, string? target)
    {
        Assert.Null(OperatorCommands.Parse(command, target, 1, out var refused));
        Assert.Equal(Refusal.Invalid, refused!.Why);
    }

    [Fact]
    public void Commands_are_read_whatever_the_spaces()
    {
        Assert.Equal(new CancelSession("a/b"), OperatorCommands.Parse("  sessions  cancel ", "a/b", 1, out _));
        Assert.Equal(new ListStreams(7), OperatorCommands.Parse("streams list", null, 7, out _));
        Assert.Equal(new SetLogLevel("Debug"), OperatorCommands.Parse("log-level", "Debug", 1, out _));
        Assert.Equal(new ShowLogLevel(), OperatorCommands.Parse("log-level", null, 1, out _));
    }
}
