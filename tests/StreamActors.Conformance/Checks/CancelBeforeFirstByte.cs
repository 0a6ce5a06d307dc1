namespace StreamActors.Conformance.Checks;

internal sealed class CancelBeforeFirstByte : Check
{
    private static readonly int[] Moments = [0, 0, 1, 2, 5, 10, 20, 50];

    public override string Name => "cancel before the first byte";

    public override string Claim =>
        "A client that leaves in the first moments, wherever its request is by then, leaves nothing running; here most proxies leak a place of the model.";

    public override async Task<Seen> LookAsync(Subject subject)
    {
        var sessions = await Task.WhenAll(Moments.Select(moment => LeaveAsync(subject, subject.NewSession(), moment)));
        // What is still on its way has arrived by then; in a session of its own, or it would do what the server has to.
        await subject.AnsweredAsync(subject.NewSession(), "A", "a prompt after clients had left");
        var seen = subject.Books is null
            ? new Seen($"{Moments.Length} left 0 to {Moments[^1]} ms after sending; all sessions answer", ("left", Moments.Length))
            : await AbortedAsync(subject, sessions);
        await Task.WhenAll(sessions.Select(s => subject.AnsweredAsync(s.Session, "after", "the next prompt of a client that had left")));
        return seen;
    }

    private static async Task<Seen> AbortedAsync(Subject subject, (string Session, long Left)[] sessions)
    {
        var slowest = 0.0;
        var reached = 0;
        foreach (var (session, left) in sessions)
        {
            if ((await subject.Books!.OfAsync(session, subject.Run)).Any(e => e.Event == "accept"))
            {
                reached++;
                slowest = Math.Max(slowest, await subject.AbortedAsync(session, "A", left, "a prompt whose client had left"));
            }
        }

        return new Seen(
            $"{Moments.Length} left 0 to {Moments[^1]} ms after sending; {reached} had reached the model, closed within {slowest} ms",
            ("left", Moments.Length), ("reached_model", reached), ("closed_max_ms", slowest));
    }

    private static async Task<(string Session, long Left)> LeaveAsync(Subject subject, string session, int moment)
    {
        var leaver = subject.Send(session, subject.Prompts.Silent(session, "A"));
        await leaver.Sent;
        await Task.Delay(moment, subject.Run);
        return (session, leaver.Leave());
    }
}
