namespace StreamActors.Conformance.Checks;

internal sealed class DisconnectBeforeFirstToken : Check
{
    public override string Name => "disconnect before the first token";

    public override string Claim =>
        "A client that leaves while the model still reads its prompt stops that work, streamed or not; reading a long prompt may take a model minutes.";

    public override async Task<Seen> LookAsync(Subject subject)
    {
        var slowest = 0.0;
        foreach (var stream in new[] { true, false })
        {
            var what = stream ? "a streamed prompt whose client had left" : "an unstreamed prompt whose client had left";
            var session = subject.NewSession();
            var leaver = subject.Send(session, subject.Prompts.Silent(session, "A"), stream);
            await subject.ReachesModelAsync(leaver, session, "A");
            var left = leaver.Leave();
            if (subject.Books is not null)
                slowest = Math.Max(slowest, await subject.AbortedAsync(session, "A", left, what));
            await subject.AnsweredAsync(session, "after", "a prompt after the client had left");
        }

        return subject.Books is null
            ? new Seen("the next prompts are answered")
            : new Seen($"closed at the model within {slowest} ms", ("closed_max_ms", slowest));
    }
}
