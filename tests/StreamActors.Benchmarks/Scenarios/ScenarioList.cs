namespace StreamActors.Benchmarks.Scenarios;

/// <summary>All there are.</summary>
internal static class ScenarioList
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new PacedScenario("paced", 200, TimeSpan.FromMilliseconds(20)),
        new PacedScenario("paced-1000", 1000, TimeSpan.FromMilliseconds(200)),
        new OneTokenScenario(),
        new PreemptionScenario(),
        new StormScenario(),
        new HeldScenario(2000),
        new HeldScenario(5000),
        new HeldScenario(10_000),
    ];

    /// <summary>Those of a name: one of them, or (<c>held</c>) all whose name begins so.</summary>
    public static IReadOnlyList<IScenario> Named(string name) => All.FirstOrDefault(s => s.Name == name) is { } one
        ? [one]
        : [.. All.Where(s => s.Name.StartsWith($"{name}-", StringComparison.Ordinal))];
}
