namespace StreamActors.Conformance.Checks;

internal sealed class WholeAnswer : Check
{
    public override string Name => "a prompt is answered";

    public override string Claim => "A lone prompt is answered whole, streamed and not; nothing else could be told apart from a failure otherwise.";

    public override async Task<Seen> LookAsync(Subject subject)
    {
        var (first, second) = (subject.NewSession(), subject.NewSession());
        var prompt = subject.Prompts.Short(first, "A");
        var streamed = subject.Send(first, prompt);
        var begun = await subject.IsWholeAsync(streamed, "a streamed prompt");
        await ComesFromBooksAsync(subject, first);
        var pieces = (await streamed.Ended).Contents;
        BrokenPromiseException.Unless(prompt.Tokens is null || pieces == prompt.Tokens, $"{pieces} of the model's {prompt.Tokens} tokens came");
        await subject.IsWholeAsync(subject.Send(second, subject.Prompts.Short(second, "A"), stream: false), "a prompt that is not streamed");
        return new Seen($"first token after {begun} ms, {pieces} pieces", ("first_token_ms", begun));
    }

    private static async Task ComesFromBooksAsync(Subject subject, string session)
    {
        if (subject.Books is null || (await subject.Books.OfAsync(session, subject.Run)).Count > 0)
            return;
        throw new BrokenPromiseException("the answer came from another model server than the kit's: which does this model belong to?");
    }
}
