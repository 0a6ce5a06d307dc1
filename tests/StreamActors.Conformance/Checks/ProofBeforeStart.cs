using StreamActors.Conformance.Client;

namespace StreamActors.Conformance.Checks;

internal sealed class ProofBeforeStart : Check
{
    private const int Rounds = 20;

    public override string Name => "one at a time at the model";

    public override string Claim =>
        "The model server sees the old request closed before the new one comes; else one user holds two places of the model, and two answers may mix.";

    public override bool NeedsSessions => true;

    public override bool NeedsModelBooks => true;

    public override async Task<Seen> LookAsync(Subject subject)
    {
        var (aborts, begins) = (new List<double>(), new List<double>());
        var overlaps = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var session = subject.NewSession();
            var older = await OlderAsync(subject, session, silent: round % 2 == 1);
            var newer = subject.Send(session, subject.Prompts.Short(session, "B"));
            begins.Add(await subject.IsWholeAsync(newer, "the newer prompt"));
            aborts.Add(await subject.AbortedAsync(session, "A", await newer.Sent, "a replaced prompt"));
            await subject.EndedAsync(older, "a replaced prompt");
            overlaps += Overlaps.In(await subject.Books!.OfAsync(session, subject.Run));
        }

        BrokenPromiseException.Unless(overlaps == 0, $"in {overlaps} of {Rounds} rounds the new request came while the old one was live");
        var (abort, begin) = (Median(aborts), Median(begins));
        return new Seen(
            $"{Rounds} rounds, 0 overlaps; old closed after {abort} ms (slowest {aborts.Max()}), new: first token after {begin} ms",
            ("overlaps", 0), ("old_closed_p50_ms", abort), ("old_closed_max_ms", aborts.Max()), ("new_first_token_p50_ms", begin));
    }

    /// <summary>Replaced while it streams, and while the model has not said anything.</summary>
    private static async Task<Exchange> OlderAsync(Subject subject, string session, bool silent)
    {
        if (!silent)
            return await subject.BeginAsync(session, subject.Prompts.Long(session, "A"));
        var older = subject.Send(session, subject.Prompts.Silent(session, "A"));
        await subject.ReachesModelAsync(older, session, "A");
        return older;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
