namespace StreamActors.Conformance.Checks;

internal sealed class SlowReader : Check
{
    private static readonly TimeSpan Unread = TimeSpan.FromSeconds(4);

    public override string Name => "a client that reads nothing";

    public override string Claim =>
        "It slows down neither others nor its own next prompt, and what it does not take is not collected in memory; a suspended laptop must harm nobody.";

    public override async Task<Seen> LookAsync(Subject subject)
    {
        var (session, other) = (subject.NewSession(), subject.NewSession());
        var reader = subject.SendUnread(session, subject.Prompts.Flood(session, "A"));
        await subject.ReachesModelAsync(reader, session, "A");
        var others = await subject.AnsweredAsync(other, "A", "another client's prompt");
        await Task.Delay(Unread, subject.Run);
        if (subject.Books is not null)
        {
            var events = await subject.Books.OfAsync(session, subject.Run);
            BrokenPromiseException.Unless(events.All(e => e.Event != "end"), "the server took some 45 MB of an answer of which its client had read nothing");
        }

        if (!subject.HasSessions)
            return await LeaveAsync(subject, session, reader.Leave(), others);

        var own = await subject.AnsweredAsync(session, "B", "the next prompt of the client that reads nothing");
        if (subject.Books is not null)
            await subject.AbortedAsync(session, "A", await reader.Sent, "the answer that nobody read");
        return new Seen(
            $"others: first token after {others} ms; its own next prompt: after {own} ms", ("others_first_token_ms", others), ("own_first_token_ms", own));
    }

    private static async Task<Seen> LeaveAsync(Subject subject, string session, long left, double others)
    {
        if (subject.Books is null)
            return new Seen($"others: first token after {others} ms", ("others_first_token_ms", others));
        var closed = await subject.AbortedAsync(session, "A", left, "the answer that nobody read");
        return new Seen(
            $"others: first token after {others} ms; closed at the model {closed} ms after it left",
            ("others_first_token_ms", others), ("closed_ms", closed));
    }
}
