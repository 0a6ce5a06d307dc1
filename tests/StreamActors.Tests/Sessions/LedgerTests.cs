using StreamActors.Protocol;

namespace StreamActors.Tests.Sessions;

/// <summary>The bookkeeper must notice: a checker that cannot fail proves nothing.</summary>
public class LedgerTests
{
    private static readonly TraceId A = new("a");
    private static readonly TraceId B = new("b");

    [Fact]
    public void Two_live_streams_are_noticed() =>
        Broken(() => Ledger.Empty.Accept(A).Start(A).Accept(B).Start(B));

    [Fact]
    public void Starting_an_older_prompt_while_a_newer_waits_is_noticed() =>
        Broken(() => Ledger.Empty.Accept(A).Accept(B).Start(A));

    [Fact]
    public void A_queue_of_prompts_is_noticed() =>
        Broken(() => Ledger.Empty.Accept(new TraceId("0")).Start(new TraceId("0")).Accept(A).Accept(B).CheckBetweenEvents());

    [Fact]
    public void A_second_end_is_noticed() =>
        Broken(() => Ledger.Empty.Accept(A).Start(A).End(A, Outcome.Completed).End(A, Outcome.Completed));

    [Fact]
    public void A_cancelled_answer_that_completes_is_noticed() =>
        Broken(() => Ledger.Empty.Accept(A).Start(A).Cancel(A).End(A, Outcome.Completed));

    [Fact]
    public void A_cancelled_end_without_announcement_is_noticed() =>
        Broken(() => Ledger.Empty.Accept(A).Start(A).End(A, Outcome.Cancelled));

    [Fact]
    public void A_clean_finish_of_a_detached_stream_is_noticed() =>
        Broken(() => Ledger.Empty.Accept(A).Start(A).Cancel(A).End(A, Outcome.Detached).FinishedCleanly(A));

    [Fact]
    public void A_stream_without_end_is_not_balanced() => Assert.False(Ledger.Empty.Accept(A).Start(A).Balanced);

    private static void Broken(Action action) => Assert.Throws<LedgerException>(action);
}
