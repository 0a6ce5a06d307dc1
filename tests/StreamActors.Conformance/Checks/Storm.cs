using StreamActors.Conformance.Client;

namespace StreamActors.Conformance.Checks;

internal sealed class Storm : Check
{
    private const int Most = 20;

    public override string Name => "a storm of prompts";

    public override string Claim =>
        "Many sessions that replace prompts at once each get their newest one answered and no other; races that one session never shows appear here.";

    public override bool NeedsSessions => true;

    public override async Task<Seen> LookAsync(Subject subject)
    {
        // A strange model may cost its owner money.
        var (sessions, prompts) = subject.Books is null ? (4, 5) : (8, 12);
        var names = Enumerable.Range(0, sessions).Select(_ => subject.NewSession()).ToList();
        var begun = await Task.WhenAll(names.Select(session => BlowAsync(subject, session, prompts)));
        if (subject.Books is null)
            return new Seen($"{sessions} sessions, {sessions * prompts} prompts; slowest new first token {begun.Max()} ms", ("new_first_token_max_ms", begun.Max()));

        var events = (await subject.Books.ReadAsync(subject.Run)).Events.Where(e => names.Contains(e.Session));
        var overlaps = Overlaps.In(events);
        BrokenPromiseException.Unless(overlaps == 0, $"{overlaps} of {sessions * prompts} requests reached the model while another of their session was live");
        return new Seen(
            $"{sessions} sessions, {sessions * prompts} prompts, 0 overlaps; slowest new first token {begun.Max()} ms",
            ("overlaps", 0), ("new_first_token_max_ms", begun.Max()));
    }

    /// <summary>Prompts at random distances. The last is sent when one is left, so that it is the newest for certain.</summary>
    private static async Task<double> BlowAsync(Subject subject, string session, int prompts)
    {
        var sent = new List<Exchange>();
        for (var i = 1; i < prompts; i++)
        {
            sent.Add(subject.Send(session, subject.Prompts.Long(session, $"{i}")));
            await sent[^1].Sent;
            await Task.Delay(Random.Shared.Next(Most), subject.Run);
        }

        var running = await subject.LastRunningAsync(sent);
        BrokenPromiseException.Unless(running.Count > 0, "all prompts of a session were ended, its newest too");
        BrokenPromiseException.Unless(
            running.Count == 1, $"{running.Count} prompts of one session still ran {subject.Bounds.End.TotalSeconds} s after its newest");
        var begun = await subject.AnsweredAsync(session, "last", "the newest prompt of a session");
        foreach (var older in sent)
            await subject.EndedAsync(older, "a replaced prompt");
        return begun;
    }
}
