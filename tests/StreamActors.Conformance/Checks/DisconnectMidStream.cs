namespace StreamActors.Conformance.Checks;

internal sealed class DisconnectMidStream : Check
{
    private const int Rounds = 5;

    public override string Name => "disconnect in mid-stream";

    public override string Claim =>
        "A client that leaves while it is answered stops the model; else the model goes on for nobody, and those who wait pay for it.";

    public override async Task<Seen> LookAsync(Subject subject)
    {
        var slowest = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var session = subject.NewSession();
            var leaver = await subject.BeginAsync(session, subject.Prompts.Long(session, "A"));
            var left = leaver.Leave();
            if (subject.Books is not null)
                slowest = Math.Max(slowest, await subject.AbortedAsync(session, "A", left, "an answer whose client had left"));
            await subject.AnsweredAsync(session, "after", "a prompt after the client had left");
        }

        return subject.Books is null
            ? new Seen($"{Rounds} times; the next prompt is answered")
            : new Seen($"{Rounds} times; closed at the model within {slowest} ms", ("closed_max_ms", slowest));
    }
}
