using StreamActors.Soak.Books;

namespace StreamActors.Server.Tests.Support;

/// <summary>The checker finds what it is there to find.</summary>
public class BooksOfTests
{
    private const string AcceptA = "stream_accepted trace=a stream_id=a session=s model=m";
    private const string StartA = "stream_start trace=a stream_id=a session=s model=m backend=b";
    private const string CancelA = "stream_cancelled trace=a session=s reason=registry_new_stream superseded_by=b";
    private const string EndA = "stream_end trace=a session=s outcome=cancelled reason=registry_new_stream tokens=3";
    private const string CompleteA = "stream_end trace=a session=s outcome=completed reason=- tokens=3";
    private const string FailA = "stream_end trace=a session=s outcome=failed reason=backend_error tokens=0";
    private const string DetachA = "stream_end trace=a session=s outcome=detached reason=registry_new_stream tokens=3";
    private const string ProofA = "prev_stream_finished_cleanly session=s trace=a took_ms=0.7";
    private const string TimeOutA = "prev_stream_timeout_on_cancel session=s trace=a timeout_ms=2000";
    private const string LateEndA = "stream_detached_ended session=s trace=a after_ms=2500";
    private const string DropA = "stream_dropped trace=a session=s reason=registry_new_stream superseded_by=b";
    private const string AcceptB = "stream_accepted trace=b stream_id=b session=s model=m";
    private const string StartB = "stream_start trace=b stream_id=b session=s model=m backend=b";
    private const string EndB = "stream_end trace=b session=s outcome=completed reason=- tokens=3";
    private const string DropB = "stream_dropped trace=b session=s reason=server_shutdown superseded_by=-";

    public static TheoryData<string[]> RightLogs => new(
        [],
        [AcceptA, StartA, CompleteA],
        [AcceptA, StartA, FailA],
        [AcceptA, StartA, CompleteA, AcceptB, StartB, EndB],
        [AcceptA, StartA, AcceptB, CancelA, EndA, ProofA, StartB, EndB],
        [AcceptA, StartA, AcceptB, CompleteA, ProofA, StartB, EndB],
        [AcceptA, StartA, AcceptB, CancelA, TimeOutA, DetachA, StartB, LateEndA, EndB],
        [AcceptA, AcceptB, DropA, StartB, EndB],
        [AcceptA, AcceptB, DropB, StartA, CompleteA]);

    public static TheoryData<string, string[]> WrongLogs => new()
    {
        { "accepted twice", [AcceptA, AcceptA, StartA, CompleteA] },
        { "never accepted", [StartA, CompleteA] },
        { "neither dropped nor started", [AcceptA] },
        { "started twice", [AcceptA, StartA, StartA, CompleteA] },
        { "never ended", [AcceptA, StartA] },
        { "ended twice", [AcceptA, StartA, CompleteA, CompleteA] },
        { "ended though never started", [AcceptA, FailA, StartA] },
        { "dropped twice", [AcceptA, AcceptB, DropA, DropA, StartB, EndB] },
        { "dropped though started", [AcceptA, StartA, AcceptB, DropA, CompleteA, StartB, EndB] },
        { "started though dropped", [AcceptA, AcceptB, DropA, StartA, CompleteA, StartB, EndB] },
        { "started while another of its session is live", [AcceptA, StartA, AcceptB, CancelA, StartB, EndA, ProofA, EndB] },
        { "started before its predecessor was proven over", [AcceptA, StartA, AcceptB, CancelA, EndA, StartB, ProofA, EndB] },
        { "never proven over", [AcceptA, StartA, AcceptB, CancelA, EndA, StartB, EndB] },
        { "finished cleanly though not ended", [AcceptA, StartA, AcceptB, CancelA, ProofA, EndA, StartB, EndB] },
        { "finished cleanly twice", [AcceptA, StartA, AcceptB, CancelA, EndA, ProofA, ProofA, StartB, EndB] },
        { "cancelled after its end", [AcceptA, StartA, AcceptB, EndA, CancelA, ProofA, StartB, EndB] },
        { "cancelled twice", [AcceptA, StartA, AcceptB, CancelA, CancelA, EndA, ProofA, StartB, EndB] },
        { "cancelled though never started", [AcceptA, AcceptB, CancelA, DropA, StartB, EndB] },
        { "ended as cancelled, not announced so", [AcceptA, StartA, AcceptB, EndA, ProofA, StartB, EndB] },
        { "completed though cancelled", [AcceptA, StartA, AcceptB, CancelA, CompleteA, ProofA, StartB, EndB] },
        { "detached without a time-out", [AcceptA, StartA, AcceptB, CancelA, DetachA, StartB, EndB] },
        { "finished cleanly though not ended", [AcceptA, StartA, AcceptB, CancelA, TimeOutA, DetachA, ProofA, StartB, EndB] },
        { "ended as detached though it was not", [AcceptA, StartA, CompleteA, LateEndA] },
        { "timed out though not live", [AcceptA, StartA, CompleteA, TimeOutA] },
        { "started though a newer one waits", [AcceptA, AcceptB, StartA, CompleteA, StartB, EndB] },
        { "superseded by none that is newer", [AcceptA, DropA, AcceptB, StartB, EndB] },
        { "of another session before", [AcceptA, StartA.Replace("session=s", "session=t"), StartA, CompleteA] },
        { "ended without a known outcome and reason", [AcceptA, StartA, FailA.Replace("reason=backend_error", "reason=-")] },
    };

    [Theory]
    [MemberData(nameof(RightLogs))]
    public void A_right_log_has_no_faults(string[] log) => Assert.Empty(new BooksOf(Lines(log)).Faults);

    [Theory]
    [MemberData(nameof(WrongLogs))]
    public void A_wrong_log_is_found_out(string fault, string[] log) =>
        Assert.Contains(new BooksOf(Lines(log)).Faults, found => found.StartsWith(fault, StringComparison.Ordinal));

    [Fact]
    public void Lines_that_are_not_of_streams_are_passed_over() =>
        Assert.Empty(new BooksOf(Lines("request_rejected method=GET path=/ status=404", "Anything at all", "")).Faults);

    [Fact]
    public void Two_sessions_may_be_live_at_once()
    {
        var other = new[] { AcceptB, StartB, EndB }.Select(line => line.Replace("session=s", "session=t")).ToArray();

        Assert.Empty(new BooksOf(Lines(AcceptA, StartA, other[0], other[1], CompleteA, other[2])).Faults);
    }

    [Fact]
    public void A_line_is_taken_apart_where_its_values_are_quoted()
    {
        var line = LogLine.Parse("""2026-01-01T00:00:00Z WRN stream_end session=s model="a \"b\" trace=x" trace=t reason=-""");

        Assert.Equal(("stream_end", "t", "s", "a \"b\" trace=x"), (line.Event, line.Trace, line.Session, line["model"]));
        Assert.Null(line.Reason);
    }

    private static IEnumerable<string> Lines(params string[] log) => log.Select(line => $"2026-01-01T00:00:00Z INF {line}");
}
