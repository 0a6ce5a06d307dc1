namespace StreamActors.Benchmarks.Scenarios;

/// <summary>How long and how much.</summary>
/// <param name="Quick">Only to see that it runs: the figures mean nothing.</param>
/// <param name="Rounds">Visits to each gateway.</param>
internal sealed record Sizes(bool Quick, int Rounds)
{
    public const int DefaultRounds = 6;

    /// <summary>Flooding before anything is measured: a .NET gateway on a full core goes on compiling for some ten seconds.</summary>
    public TimeSpan WarmUp => Seconds(0.2, 15);

    /// <summary>First visits of each scenario that count for nothing: they compile what its load needs.</summary>
    public int ThrownAway => Quick ? 0 : 2;

    /// <summary>From the last stream's opening to the window.</summary>
    public TimeSpan Settle => Seconds(0.1, 1);

    public TimeSpan Window => Seconds(0.4, 2);

    /// <summary>The same for streams so slow that two seconds say little.</summary>
    public TimeSpan SlowWindow => Seconds(0.8, 6);

    /// <summary>Replacements in each visit.</summary>
    public int Repetitions => Quick ? 3 : 20;

    /// <summary>Rounds of a scenario whose every visit needs a process of its own.</summary>
    public int FreshRounds => Math.Max(1, Rounds / 3);

    public int Streams(int full) => Quick ? full / 10 : full;

    private TimeSpan Seconds(double quick, double full) => TimeSpan.FromSeconds(Quick ? quick : full);
}
