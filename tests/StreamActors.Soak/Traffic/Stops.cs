namespace StreamActors.Soak.Traffic;

/// <summary>Streams that are stopped on request, and the receipts for it.</summary>
internal static class Stops
{
    private static readonly Expect Receipt = new("a receipt", end => end is { Status: 200, Cut: false });
    private static readonly Expect ReceiptOrGone = Receipt.Or(Expect.Refused(404));

    /// <summary>By its trace.</summary>
    public static async Task CancelAsync(Client c)
    {
        c.World.Injected("client cancels");
        var running = await BegunAsync(c);
        ExpectClean(c, running, await c.ReceiptAsync("POST", Cancel(running), Receipt));
        await c.CheckAsync(running, Expect.EndedBy("client_cancel"));
    }

    /// <summary>Twice at once, and once more when it is over.</summary>
    public static async Task CancelTwiceAsync(Client c)
    {
        c.World.Injected("client cancels twice");
        var running = await BegunAsync(c);
        var path = Cancel(running);
        var both = await Task.WhenAll(c.ReceiptAsync("POST", path, Receipt), c.ReceiptAsync("POST", path, Receipt));
        if (both.All(outcome => outcome == "already_ended"))
            ExpectClean(c, running, both[0]);
        await c.CheckAsync(running, Expect.EndedBy("client_cancel"));
        await c.ReceiptAsync("POST", path, ReceiptOrGone);
    }

    /// <summary>A cancel that comes too late hits nobody else.</summary>
    public static async Task CancelLateAsync(Client c)
    {
        c.World.Injected("client cancels what was replaced");
        var old = await BegunAsync(c);
        var newer = c.Begin(c.Ask(30, 20));
        await newer.Exchange.Begun;
        await c.ReceiptAsync("POST", Cancel(old), ReceiptOrGone);
        await c.CheckAsync(newer, Expect.Completed(newer.Question.Tokens));
        await c.CheckAsync(old, Expect.EndedBy("registry_new_stream"));
    }

    /// <summary>The session is deleted under its stream, twice.</summary>
    public static async Task DeleteAsync(Client c)
    {
        c.World.Injected("client deletes its session");
        var running = await BegunAsync(c);
        var path = $"/v1/sessions/{c.Session}";
        ExpectClean(c, running, await c.ReceiptAsync("DELETE", path, Receipt));
        await c.CheckAsync(running, Expect.EndedBy("session_deleted"));
        await c.ReceiptAsync("DELETE", path, ReceiptOrGone);
        await c.CompletesAsync(c.Short());
    }

    private static async Task<Running> BegunAsync(Client c)
    {
        var running = c.Begin(c.Long());
        await running.Exchange.Begun;
        await c.PauseAsync(0, 300);
        return running;
    }

    private static string Cancel(Running running) => $"/v1/streams/{running.Exchange.Trace ?? "none"}/cancel";

    private static void ExpectClean(Client c, Running running, string? outcome)
    {
        if (outcome != "finished_cleanly")
            c.Surprise(running.Question, "a receipt of a clean finish", running.Exchange.Elapsed, outcome ?? "none");
    }
}
