using StreamActors.Soak.Books;
using StreamActors.Soak.Checks;
using StreamActors.Soak.Upstream;

namespace StreamActors.Server.Tests.Soak;

/// <summary>A log that lies is found out by what the model servers recorded.</summary>
public class LogConsistencyTests
{
    private const string StartA = "stream_start trace=a session=s backend=up";
    private const string CancelA = "stream_cancelled trace=a session=s reason=registry_new_stream superseded_by=b";
    private const string EndA = "stream_end trace=a session=s outcome=cancelled reason=registry_new_stream tokens=3";
    private const string CompleteA = "stream_end trace=a session=s outcome=completed reason=- tokens=3";
    private const string DetachA = "stream_end trace=a session=s outcome=detached reason=registry_new_stream tokens=3";
    private const string ProofA = "prev_stream_finished_cleanly session=s trace=a took_ms=0.7";
    private const string StartB = "stream_start trace=b session=s backend=up";
    private const string EndB = "stream_end trace=b session=s outcome=completed reason=- tokens=3";

    /// <summary>Log lines are of second 10; events of the second that they name.</summary>
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly UpstreamEvent[] Replaced =
        [Event("accept", "a", 1), Event("abort", "a", 10, tokens: 3), Event("accept", "b", 10), Event("end", "b", 10, tokens: 3)];

    private static readonly string[] ReplacedLog = [StartA, CancelA, EndA, ProofA, StartB, EndB];

    [Fact]
    public void A_true_log_of_a_replacement_has_no_faults()
    {
        var check = Check(ReplacedLog, Replaced);

        Assert.Empty(check.Faults);
        Assert.Equal((6, 2), (check.Lines, check.ClosedAfterLine.Count));
    }

    [Theory]
    [InlineData("client_disconnect")]
    [InlineData("backend_unreachable")]
    [InlineData("backend_busy")]
    [InlineData("backend_stuck")]
    [InlineData("first_token_timeout")]
    public void A_stream_whose_reason_explains_it_need_not_have_been_asked(string reason) =>
        Assert.Empty(Check([StartA, Failed(reason, tokens: 0)], []).Faults);

    [Theory]
    [InlineData("backend_error", 0)]
    [InlineData("backend_truncated", 0)]
    [InlineData("idle_timeout", 0)]
    [InlineData("client_disconnect", 1)]
    public void A_stream_that_was_never_asked_cannot_have_ended_so(string reason, int tokens) =>
        AssertFault("ended so though no model server was asked", Check([StartA, Failed(reason, tokens)], []));

    [Fact]
    public void An_answer_is_not_complete_where_the_model_server_did_not_end_it() => AssertFault(
        "completed though the model server said abort", Check([StartA, CompleteA], [Event("accept", "a", 1), Event("abort", "a", 9, tokens: 3)]));

    [Fact]
    public void An_answer_is_not_complete_where_the_model_server_failed_on_purpose() => AssertFault(
        "completed though the model server said fail", Check([StartA, CompleteA], [Event("accept", "a", 1), Event("fail", "a", 9, tokens: 3)]));

    [Fact]
    public void A_complete_answer_has_all_tokens() => AssertFault(
        "completed with fewer tokens", Check([StartA, CompleteA], [Event("accept", "a", 1), Event("end", "a", 9, tokens: 5)]));

    [Fact]
    public void No_more_tokens_are_counted_than_were_sent() => AssertFault(
        "more tokens than the model server sent", Check([StartA, CancelA, EndA], [Event("accept", "a", 1), Event("abort", "a", 9, tokens: 2)]));

    [Fact]
    public void The_next_is_not_asked_before_the_close_of_the_one_before() => AssertFault(
        "asked while the one before was not over",
        Check(ReplacedLog, [Replaced[0], Replaced[2], Replaced[1], Replaced[3]]));

    [Fact]
    public void Of_two_that_were_closed_before_they_were_read_the_order_is_not_known() => Assert.Empty(Check(
        [StartA, CancelA, Zero(EndA), ProofA, StartB, "stream_end trace=b session=s outcome=cancelled reason=client_disconnect tokens=0"],
        [Event("accept", "b", 10), Event("abort", "b", 10), Event("accept", "a", 10), Event("abort", "a", 10)]).Faults);

    [Fact]
    public void After_a_detached_one_the_next_may_be_asked_at_once() => Assert.Empty(Check(
        [StartA, CancelA, DetachA, StartB, EndB], [Replaced[0], Replaced[2], Event("abort", "a", 10, tokens: 3), Replaced[3]]).Faults);

    [Fact]
    public void Across_two_model_servers_the_clock_decides() => AssertFault(
        "asked while the one before was not over",
        new LogConsistency(
            Lines(StartA, CancelA, DetachA.Replace("detached", "cancelled"), StartB.Replace("=up", "=other"), EndB), Servers(),
            Records([Event("accept", "a", 1), Event("abort", "a", 10, tokens: 3)], [Event("accept", "b", 8), Event("end", "b", 10, tokens: 3)]),
            [], Wall()));

    [Fact]
    public void A_finish_is_not_clean_before_the_stream_has_ended() =>
        AssertFault("finished cleanly though not ended", Check([StartA, CancelA, ProofA, EndA, StartB, EndB], Replaced));

    [Fact]
    public void What_has_ended_cannot_be_cancelled() =>
        AssertFault("cancelled though not running", Check([StartA, EndA, CancelA, ProofA, StartB, EndB], Replaced));

    [Fact]
    public void What_never_started_cannot_be_cancelled() =>
        AssertFault("cancelled though not running", Check([CancelA, StartA, EndA, ProofA, StartB, EndB], Replaced));

    [Fact]
    public void The_model_server_sees_the_close_soon_after_the_log_says_so() => AssertFault(
        "said 2000 ms before the model server saw it", Check([StartA, CancelA, EndA], [Event("accept", "a", 1), Event("abort", "a", 12, tokens: 3)]));

    [Fact]
    public void What_was_dropped_was_not_asked() => AssertFault(
        "dropped though a model server was asked",
        Check(["stream_dropped trace=a session=s reason=registry_new_stream superseded_by=b", StartB, EndB], Replaced));

    [Fact]
    public void What_was_asked_has_a_start() => AssertFault("asked though the log has no start", Check([StartB, EndB], Replaced));

    [Fact]
    public void What_was_asked_is_over_at_the_end() =>
        AssertFault("never over at the model server", Check([StartA, CancelA, Zero(EndA)], [Event("accept", "a", 1)]));

    [Fact]
    public void A_prompt_is_asked_once() => AssertFault("asked twice", Check(ReplacedLog, [Event("accept", "a", 1), .. Replaced]));

    [Fact]
    public void What_the_model_server_ended_did_not_fail() => AssertFault(
        "failed though the model server ended it",
        Check([StartA, Failed("backend_truncated", 3)], [Event("accept", "a", 1), Event("end", "a", 9, tokens: 3)]));

    [Fact]
    public void What_was_asked_was_not_unreachable() => AssertFault(
        "not asked, it says, but it was", Check([StartA, Failed("backend_unreachable", 0)], [Event("accept", "a", 1), Event("fail", "a", 9)]));

    [Theory]
    [InlineData("finished_cleanly", CompleteA, true)]
    [InlineData("finished_cleanly", DetachA, false)]
    [InlineData("timed_out", DetachA, true)]
    [InlineData("timed_out", CompleteA, false)]
    [InlineData("already_ended", CompleteA, true)]
    public void A_receipt_says_what_the_log_says(string outcome, string end, bool fits)
    {
        var check = new LogConsistency(
            Lines(StartA, end), Servers(), Records([Event("accept", "a", 1), Event("end", "a", 9, tokens: 3)]),
            [new ReceiptNote("a", outcome, Seconds(10))], Wall());

        Assert.Equal(fits, check.Faults.Count == 0);
    }

    [Fact]
    public void A_receipt_of_a_clean_finish_comes_after_the_close() => AssertFault(
        "receipt before the model server saw the end",
        new LogConsistency(
            Lines(StartA, CancelA, EndA), Servers(), Records([Event("accept", "a", 1), Event("abort", "a", 10, tokens: 3)]),
            [new ReceiptNote("a", "finished_cleanly", Seconds(8))], Wall()));

    [Theory]
    [InlineData("already_ended")]
    [InlineData("finished_cleanly")]
    public void A_receipt_of_what_the_log_does_not_know_is_a_fault(string outcome) => AssertFault(
        "receipt of", new LogConsistency([], Servers(), Records([]), [new ReceiptNote("x", outcome, 0)], Wall()));

    private static void AssertFault(string fault, LogConsistency check) =>
        Assert.Contains(check.Faults, found => found.StartsWith(fault, StringComparison.Ordinal));

    private static LogConsistency Check(string[] log, UpstreamEvent[] events) => new(Lines(log), Servers(), Records(events), [], Wall());

    private static IEnumerable<LogLine> Lines(params string[] log) => log.Select(line => LogLine.Parse($"{Epoch.AddSeconds(10):O} INF {line}"));

    private static Dictionary<string, string> Servers() => new() { ["up"] = "one", ["other"] = "two" };

    private static Dictionary<string, IReadOnlyList<UpstreamEvent>> Records(UpstreamEvent[] one, UpstreamEvent[]? two = null) =>
        new() { ["one"] = one, ["two"] = two ?? [] };

    private static WallClock Wall() => new((Epoch - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    private static long Seconds(int seconds) => seconds * 1_000_000L;

    private static UpstreamEvent Event(string name, string trace, int second, int tokens = 0) =>
        new(Seconds(second), name, "s", "", trace, tokens, 1);

    private static string Failed(string reason, int tokens) => $"stream_end trace=a session=s outcome=failed reason={reason} tokens={tokens}";

    private static string Zero(string end) => end.Replace("tokens=3", "tokens=0");
}
