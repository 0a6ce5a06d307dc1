using StreamActors.Conformance.Client;

namespace StreamActors.Conformance.Checks;

internal sealed class SupersededUnstreamed : Check
{
    /// <summary>What no official client tries again. Of the others, 409 and 5xx are tried again by some.</summary>
    private static bool IsFinal(int status) => status is >= 400 and <= 407;

    public override string Name => "replaced, not streamed: refused";

    public override string Claim =>
        "A replaced prompt that was not streamed gets a status from 400 to 407, which no official client sends again; a loser that retries would end the winner.";

    public override bool NeedsSessions => true;

    public override async Task<Seen> LookAsync(Subject subject)
    {
        var session = subject.NewSession();
        var older = subject.Send(session, subject.Prompts.Long(session, "A"), stream: false);
        await subject.ReachesModelAsync(older, session, "A");
        await subject.AnsweredAsync(session, "B", "the newer prompt");
        var answer = await subject.EndedAsync(older, "the replaced prompt");
        BrokenPromiseException.Unless(answer.Ending != Ending.Cut, $"{answer}: official clients send it again");
        BrokenPromiseException.Unless(answer.Ending == Ending.Refused, $"it was {answer}");
        BrokenPromiseException.Unless(IsFinal(answer.Status), $"{answer}: official clients send it again");
        return new Seen($"{answer}", ("status", answer.Status));
    }
}
