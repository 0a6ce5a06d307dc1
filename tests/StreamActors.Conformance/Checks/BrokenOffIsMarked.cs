namespace StreamActors.Conformance.Checks;

internal sealed class BrokenOffIsMarked : Check
{
    private static readonly string[] Faults = ["close", "reset"];

    public override string Name => "a broken answer looks cut";

    public override string Claim =>
        "When the model server breaks off in the middle, the client is not shown a clean end; else a crash of the model reads like a short answer.";

    public override bool NeedsModelBooks => true;

    public override async Task<Seen> LookAsync(Subject subject)
    {
        foreach (var fault in Faults)
        {
            var session = subject.NewSession();
            var broken = await subject.BeginAsync(session, subject.Prompts.BrokenOff(session, "A", fault));
            SupersededIsMarked.MustLookCut(await subject.EndedAsync(broken, "an answer that the model broke off"), $"an answer broken off ({fault})");
        }

        return new Seen($"cut ({string.Join(", ", Faults)})");
    }
}
