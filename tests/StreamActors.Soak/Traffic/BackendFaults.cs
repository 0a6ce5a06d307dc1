using StreamActors.Soak.Host;

namespace StreamActors.Soak.Traffic;

/// <summary>What model servers and backends do to a server, and what its clients must see of it.</summary>
internal static class BackendFaults
{
    private static readonly string[] Silent = ["stall", "comments", "empty", "drip"];
    private static readonly string[] Cut = ["reset", "close", "halfclose", "noend"];
    private static readonly string[] Wrong = ["garbage", "error", "badutf8"];
    private static readonly string[] NeedsHead = ["comments", "empty", "drip", "noend", "garbage", "error", "badutf8", "hugeevent"];

    /// <summary>A silent one runs into its deadline.</summary>
    public static Task SilentAsync(Client c)
    {
        var (question, at) = Faulty(c, Pick(c, Silent));
        return c.CheckAsync(
            question, Expect.EndedBy(at > 0 ? "idle_timeout" : "first_token_timeout"), Timing.FirstToken + Timing.Idle + Timing.Margin);
    }

    /// <summary>A cut one is never passed off as complete.</summary>
    public static Task CutAsync(Client c)
    {
        var (question, at) = Faulty(c, Pick(c, Cut));
        return c.CheckAsync(question, at < 0 ? Expect.EndedBy("backend_error") : Expect.EndedBy("backend_truncated"));
    }

    /// <summary>Neither is one that breaks the protocol.</summary>
    public static Task WrongAsync(Client c) => c.CheckAsync(Faulty(c, Pick(c, Wrong)).Question, Expect.EndedBy("backend_error"));

    /// <summary>Nor one with an event that is larger than any may be.</summary>
    public static Task HugeAsync(Client c) => c.CheckAsync(Faulty(c, "hugeevent").Question, Expect.EndedBy("backend_error"));

    /// <summary>Nor one in one piece that was broken off.</summary>
    public static Task BrokenWholeAsync(Client c)
    {
        var at = c.Between(-1, 0);
        var question = c.Ask(50, 2, fault: Pick(c, ["reset", "close"]), at: at, stream: false);
        return c.CheckAsync(question, Expect.EndedBy(at < 0 ? "backend_error" : "backend_truncated"));
    }

    /// <summary>A refusal has its status: the caller's own affairs pass, the rest is 502.</summary>
    public static Task StatusAsync(Client c)
    {
        var status = Pick(c, [400, 404, 413, 422, 429, 401, 500, 503]);
        c.World.Injected($"backend answers {status}");
        var question = c.Ask(5, 5);
        return c.CheckAsync(
            question with { Prompt = $"{question.Prompt}[status={status}]" },
            Expect.Refused(status is 401 or >= 500 ? 502 : status, "backend_error"));
    }

    /// <summary>Nobody listens.</summary>
    public static Task DeadAsync(Client c)
    {
        c.World.Injected("backend refuses connections");
        return c.CheckAsync(c.Ask(5, 5, model: Models.Dead), Expect.Refused(502, "backend_unreachable"));
    }

    /// <summary>A silent one gives way to a newer prompt at once.</summary>
    public static async Task ReplaceSilentAsync(Client c)
    {
        var (question, _) = Faulty(c, Pick(c, Silent));
        var old = c.Begin(question);
        await c.PauseAsync(150, 1500);
        await GoodTraffic.ReplaceAsync(c, old, Expect.EndedBy("registry_new_stream"));
    }

    /// <summary>A client leaves a silent one.</summary>
    public static async Task LeaveSilentAsync(Client c)
    {
        var running = c.Begin(Faulty(c, Pick(c, Silent)).Question);
        await c.PauseAsync(0, 1500);
        await ClientFaults.VanishAsync(running, reset: c.Between(0, 1) == 0);
    }

    /// <summary>One that ignores its cancellation, or blocks, is given up after the grace; its successor is answered.</summary>
    public static async Task ReplaceStuckAsync(Client c)
    {
        var old = c.Begin(Misbehaving(c, Pick(c, [MisbehavingBackend.Ignores, MisbehavingBackend.Blocks]), c.Between(1000, 3000)));
        await c.PauseAsync(150, 400);
        await GoodTraffic.ReplaceAsync(c, old, Expect.EndedBy("registry_new_stream", "backend_stuck"));
    }

    /// <summary>One that holds for a while goes on; for too long, it misses its deadline.</summary>
    public static Task HoldAsync(Client c)
    {
        var tooLong = c.Between(0, 3) == 0;
        var question = Misbehaving(
            c, Pick(c, [MisbehavingBackend.Ignores, MisbehavingBackend.Blocks]), tooLong ? c.Between(3000, 4000) : c.Between(0, 800));
        var expect = tooLong
            ? Expect.EndedBy("idle_timeout", "backend_stuck")
            : Expect.Completed(question.Tokens).Or(Expect.EndedBy("backend_stuck"));
        return c.CheckAsync(question, expect);
    }

    /// <summary>One that throws while it is disposed has answered all the same, or given way.</summary>
    public static async Task DisposeAsync(Client c)
    {
        var question = Misbehaving(c, MisbehavingBackend.Disposes, 0);
        if (c.Between(0, 1) == 0)
        {
            await c.CheckAsync(question, Expect.Completed(question.Tokens));
            return;
        }

        var old = c.Begin(question with { Prompt = "[tokens=200][delay=20]", Tokens = 200 });
        await c.PauseAsync(150, 400);
        await GoodTraffic.ReplaceAsync(c, old, Expect.EndedBy("registry_new_stream"));
    }

    /// <summary>More than a backend may run at once: some wait, some are refused, all are answered.</summary>
    public static async Task FullAsync(Client c)
    {
        c.World.Injected("backend full");
        var all = Enumerable.Range(0, 3 * Models.FullConcurrent)
            .Select(i => c.Begin(c.Ask(10, c.Between(10, 40), session: $"{c.Session}-full-{i}", model: Models.Full))).ToList();
        foreach (var running in all)
            await c.CheckAsync(running, Expect.Completed(running.Question.Tokens).Or(Expect.EndedBy("backend_busy")));
    }

    /// <summary>One that may wait for its place gives way too.</summary>
    public static async Task ReplaceWaitingAsync(Client c)
    {
        c.World.Injected("backend full, replaced while waiting");
        var others = Enumerable.Range(0, Models.FullConcurrent)
            .Select(i => c.Begin(c.Ask(20, 40, session: $"{c.Session}-full-{i}", model: Models.Full))).ToList();
        var old = c.Begin(c.Ask(200, 20, model: Models.Full));
        await c.PauseAsync(150, 300);
        await GoodTraffic.ReplaceAsync(c, old, Expect.EndedBy("registry_new_stream", "backend_busy"));
        foreach (var running in others)
            await c.CheckAsync(running, Expect.Completed(running.Question.Tokens).Or(Expect.EndedBy("backend_busy")));
    }

    public static Question Misbehaving(Client c, string backend, int hold)
    {
        c.World.Injected($"backend {backend}");
        var tokens = c.Between(6, 20);
        return new Question(backend, $"[tokens={tokens}][delay={c.Between(5, 20)}][hold={hold}]", tokens, c.Session);
    }

    private static (Question Question, int At) Faulty(Client c, string fault)
    {
        var at = c.Between(NeedsHead.Contains(fault) ? 0 : -1, 4);
        return (c.Ask(200, 10, c.Between(0, 100), fault, at), at);
    }

    private static T Pick<T>(Client c, IReadOnlyList<T> choices) => choices[c.Between(0, choices.Count - 1)];
}
