using StreamActors.Conformance.Client;

namespace StreamActors.Conformance.Checks;

internal sealed class NewestWins(int gap) : Check
{
    private const int Prompts = 5;

    /// <summary>On a busy machine two prompts may pass each other on their way; not each time.</summary>
    private const int Tries = 3;

    public override string Name => $"newest wins, {gap} ms apart";

    public override string Claim => gap == 0
        ? "Of five prompts at once exactly one goes on; a crowd must not leave two answers running, or none."
        : "Of five prompts in a row the newest goes on and the others end; a person who asks again wants that answer and no other.";

    public override bool NeedsSessions => true;

    public override async Task<Seen> LookAsync(Subject subject)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await FireAsync(subject) is { } seen)
                return seen;
            subject.LeaveAll();
        }

        throw new BrokenPromiseException($"an older prompt went on and the newest was ended, {Tries} times");
    }

    /// <summary>Null where another than the last survived though there is an order.</summary>
    private async Task<Seen?> FireAsync(Subject subject)
    {
        var session = subject.NewSession();
        var sent = new List<Exchange>();
        for (var i = 0; i < Prompts; i++)
        {
            sent.Add(subject.Send(session, subject.Prompts.Long(session, $"{i}")));
            if (gap > 0)
            {
                await sent[^1].Sent;
                await Task.Delay(gap, subject.Run);
            }
        }

        var survivor = await SurvivorAsync(subject, sent);
        if (gap > 0 && survivor != sent[^1])
            return null;
        var begun = Subject.Milliseconds(await survivor.Sent, await subject.BegunAsync(survivor, "the newest prompt"));
        var old = await SlowestEndAsync(sent, survivor);
        await subject.AnsweredAsync(session, "last", "one more prompt");
        await subject.EndedAsync(survivor, "an older prompt");
        return new Seen(
            $"new: first token after {begun} ms; old: ended within {old} ms", ("new_first_token_ms", begun), ("old_end_ms", old));
    }

    private static async Task<Exchange> SurvivorAsync(Subject subject, List<Exchange> sent)
    {
        var running = await subject.LastRunningAsync(sent);
        if (running.Count == 0)
            throw new BrokenPromiseException($"all {Prompts} prompts were ended; the last: {await sent[^1].Ended}");
        BrokenPromiseException.Unless(running.Count == 1, $"{running.Count} of {Prompts} still ran {subject.Bounds.End.TotalSeconds} s after the newest was sent");
        return running[0];
    }

    /// <summary>Of those that gave way, each counted from the sending of the next.</summary>
    private static async Task<double> SlowestEndAsync(List<Exchange> sent, Exchange survivor)
    {
        var slowest = 0.0;
        for (var i = 0; i < sent.Count; i++)
        {
            if (sent[i] != survivor)
                slowest = Math.Max(slowest, Subject.Milliseconds(await sent[Math.Min(i + 1, sent.Count - 1)].Sent, (await sent[i].Ended).EndedAt));
        }

        return slowest;
    }
}
