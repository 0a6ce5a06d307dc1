using StreamActors.Conformance.Checks;

namespace StreamActors.Conformance.Report;

/// <summary>All that is said of a run.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Model">Which model answered, or null where none was named.</param>
/// <param name="Backend">Where the kit listened as the model server, or null.</param>
/// <param name="Findings">In the order of the checks.</param>
/// <param name="Took">The whole run.</param>
internal sealed record ConformanceReport(
    ConformanceOptions Options, string? Model, Uri? Backend, IReadOnlyList<Finding> Findings, TimeSpan Took)
{
    public bool Passed => !Findings.Any(f => f.Spoils);

    /// <summary>From where it was looked.</summary>
    public string Standpoint => Backend is null
        ? "from the client's side only; --backend-port shows what reaches the model"
        : $"from both sides; model server at {Backend}v1";

    /// <summary>How many there are of each verdict that occurs.</summary>
    public string Totals => string.Join(", ", Findings.GroupBy(f => f.Verdict).OrderBy(g => g.Key).Select(g => $"{g.Count()} {Words.Of(g.Key)}"));
}
