using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Load;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>What one visit to one gateway found.</summary>
/// <param name="Values">One for each of the scenario's metrics; null where there is none.</param>
/// <param name="Used">What was used meanwhile.</param>
/// <param name="Note">What a reader must know of this visit, or null.</param>
internal sealed record Measured(IReadOnlyList<double?> Values, Used Used, string? Note = null);

/// <summary>One kind of load.</summary>
internal interface IScenario
{
    /// <summary>As on the command line.</summary>
    string Name { get; }

    /// <summary>What is done and what the columns mean, for the report.</summary>
    string Text { get; }

    IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Each visit is to a gateway just started and warmed; else all gateways run from the first round to the last.</summary>
    bool Fresh { get; }

    /// <summary>Part of what runs where nothing is named.</summary>
    bool InQuick { get; }

    /// <summary>Measures one gateway once.</summary>
    Task<Measured> MeasureAsync(Gateway gateway, Rig rig);
}
