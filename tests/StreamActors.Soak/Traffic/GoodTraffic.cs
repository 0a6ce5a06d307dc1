using StreamActors.Soak.Clients;

namespace StreamActors.Soak.Traffic;

/// <summary>What well-behaved clients do.</summary>
internal static class GoodTraffic
{
    private const int CrowdSize = 20;

    /// <summary>A stream to its end.</summary>
    public static Task PlainAsync(Client c) => c.CompletesAsync(c.Ask(c.Between(5, 40), c.Between(0, 40), c.Between(0, 300)));

    /// <summary>An answer in one piece.</summary>
    public static Task WholeAsync(Client c) => c.CompletesAsync(c.Ask(c.Between(1, 30), c.Between(0, 20), stream: false));

    /// <summary>Ten thousand events, or nearly, at once.</summary>
    public static Task FloodAsync(Client c) => c.CompletesAsync(c.Ask(2000, 0));

    /// <summary>A stream that gives way to a newer prompt at any moment.</summary>
    public static async Task ReplaceAsync(Client c)
    {
        var old = c.Begin(c.Long());
        if (c.Between(0, 1) == 0)
            await old.Exchange.Begun;
        else
            await c.PauseAsync(150, 600);
        await ReplaceAsync(c, old, Expect.EndedBy("registry_new_stream"));
    }

    /// <summary>A newer prompt takes the place of a running one and completes.</summary>
    public static async Task ReplaceAsync(Client c, Running old, Expect expectOfOld)
    {
        var newer = c.Begin(c.Short());
        await c.CheckAsync(newer, Expect.Completed(newer.Question.Tokens));
        await c.CheckAsync(old, expectOfOld);
    }

    /// <summary>Prompts faster than they can be answered.</summary>
    public static async Task RapidFireAsync(Client c)
    {
        var all = new List<Running>();
        for (var i = c.Between(3, 6); i > 0; i--)
        {
            all.Add(c.Begin(c.Ask(30, 20)));
            await c.PauseAsync(0, 30);
        }

        await OneWinsAsync(c, all);
    }

    /// <summary>One session from many connections at once.</summary>
    public static Task CrowdAsync(Client c) => OneWinsAsync(c, [.. Enumerable.Range(0, CrowdSize).Select(_ => c.Begin(c.Ask(30, 20)))]);

    /// <summary>One client's session told to stop, and asked about.</summary>
    public static async Task LookAsync(Client c)
    {
        var fine = new Expect("200", end => end is { Status: 200, Cut: false });
        await c.CallAsync(Exchange.Request("GET", "/healthz", []), fine);
        await c.CallAsync(Exchange.Request("GET", "/v1/sessions", []), fine);
        await c.CallAsync(Exchange.Request("GET", "/v1/models", []), fine);
    }

    private static async Task OneWinsAsync(Client c, IReadOnlyList<Running> all)
    {
        var traces = new HashSet<string>(StringComparer.Ordinal);
        foreach (var running in all)
        {
            await running.Exchange.HeadCame;
            if (running.Exchange.Trace is { } trace)
                traces.Add(trace);
        }

        var expect = Expect.Completed(all[0].Question.Tokens).Or(Expect.Superseded(traces.Contains));
        var ends = new List<AnswerEnd?>();
        foreach (var running in all)
            ends.Add(await c.CheckAsync(running, expect));
        if (!ends.Any(end => end?.Completed == true))
            c.Surprise(all[^1].Question, "one of the crowd to complete", all[^1].Exchange.Elapsed, $"{all.Count} that did not");
    }
}
