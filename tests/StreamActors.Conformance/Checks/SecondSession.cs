namespace StreamActors.Conformance.Checks;

internal sealed class SecondSession : Check
{
    private const int Replacements = 5;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public override string Name => "a second session is untouched";

    public override string Claim =>
        "While one session's prompts replace each other, another's answer comes whole and without a pause; one impatient user must not disturb the rest.";

    public override bool NeedsSessions => true;

    public override async Task<Seen> LookAsync(Subject subject)
    {
        var (quiet, busy) = (subject.NewSession(), subject.NewSession());
        var prompt = subject.Prompts.Steady(quiet, "A");
        var steady = await subject.BeginAsync(quiet, prompt);
        for (var i = 0; i < Replacements; i++)
            await subject.BeginAsync(busy, subject.Prompts.Long(busy, $"{i}"));
        await subject.AnsweredAsync(busy, "last", "the newest prompt of the busy session");

        await subject.IsWholeAsync(steady, "the other session's answer");
        var answer = await steady.Ended;
        BrokenPromiseException.Unless(prompt.Tokens is null || answer.Contents == prompt.Tokens, $"{answer.Contents} of {prompt.Tokens} tokens came");
        var pause = Math.Round(answer.LongestPause.TotalMilliseconds, 1);
        // Of an unknown model no pace is known.
        BrokenPromiseException.Unless(subject.Books is null || answer.LongestPause < LongestPause, $"the other session's answer paused for {pause} ms");
        return new Seen($"{Replacements} replacements beside it; whole, longest pause {pause} ms", ("longest_pause_ms", pause));
    }
}
