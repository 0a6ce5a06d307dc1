using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Scenarios;

namespace StreamActors.Benchmarks.Report;

/// <summary>One visit to one gateway.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="Round">Which visit.</param>
/// <param name="Values">One for each metric.</param>
/// <param name="Used">What was used meanwhile.</param>
/// <param name="Note">What a reader must know of it, or null.</param>
internal sealed record Reading(string Gateway, int Round, IReadOnlyList<double?> Values, Used Used, string? Note = null);

/// <summary>All that was read of one scenario.</summary>
/// <param name="Scenario">Which.</param>
/// <param name="Readings">In the order of measuring.</param>
/// <param name="Faults">What went wrong, for each visit that has no reading.</param>
internal sealed record Results(IScenario Scenario, IReadOnlyList<Reading> Readings, IReadOnlyList<string> Faults)
{
    /// <summary>The gateways that have a reading, in the order given.</summary>
    public IEnumerable<string> Of(IEnumerable<string> gateways) => gateways.Where(name => Readings.Any(r => r.Gateway == name));

    /// <summary>A metric's readings of one gateway.</summary>
    public Spread Values(string gateway, int metric) => Spread.Of(Readings.Where(r => r.Gateway == gateway).Select(r => r.Values[metric]));

    /// <summary>What each visit used, as a share of its time in percent.</summary>
    public Spread Share(string gateway, Func<Used, double?> part) =>
        Spread.Of(Readings.Where(r => r.Gateway == gateway).Select(r => 100 * part(r.Used) / r.Used.Wall));

    /// <summary>A metric against another gateway's of the same round.</summary>
    public Spread Ratios(string gateway, string against, int metric) => Spread.Of(
        from mine in Readings
        join theirs in Readings on mine.Round equals theirs.Round
        where mine.Gateway == gateway && theirs.Gateway == against && double.IsFinite(theirs.Values[metric] ?? double.NaN)
        select mine.Values[metric] / theirs.Values[metric]);
}
