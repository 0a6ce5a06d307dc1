using StreamActors.Conformance.Client;

namespace StreamActors.Conformance.Checks;

internal sealed class SupersededIsMarked : Check
{
    private const int Rounds = 3;

    public override string Name => "a replaced answer looks cut";

    public override string Claim =>
        "It has no [DONE] and no finish_reason and its connection is cut, which each official client reports; else half an answer is stored as a whole one.";

    public override bool NeedsSessions => true;

    public override async Task<Seen> LookAsync(Subject subject)
    {
        var codes = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var session = subject.NewSession();
            var older = await subject.BeginAsync(session, subject.Prompts.Long(session, "A"));
            await subject.AnsweredAsync(session, "B", "the newer prompt");
            var answer = await subject.EndedAsync(older, "the replaced prompt");
            MustLookCut(answer, "a replaced answer");
            codes.Add(answer.Code ?? "no error frame before the cut");
        }

        return new Seen($"cut {Rounds} times, {string.Join(", ", codes)}");
    }

    /// <summary>As no client takes for a whole answer.</summary>
    public static void MustLookCut(Answer answer, string what)
    {
        BrokenPromiseException.Unless(!answer.Done, $"{what} ended with [DONE], as a whole one does");
        BrokenPromiseException.Unless(answer.FinishReason is null, $"{what} has the finish_reason {answer.FinishReason}, as a whole one does");
        BrokenPromiseException.Unless(
            answer.Ending == Ending.Cut, $"{what} ended properly, which some official clients take for whole; the connection must be cut: {answer}");
    }
}
