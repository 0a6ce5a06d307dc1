using System.Diagnostics.Metrics;

namespace StreamActors.Telemetry;

/// <summary>
/// Bounds of the histograms' buckets, in seconds. Those of <c>gen_ai.*</c> are the semantic conventions' own, carried on to
/// the deadlines that this server has by default.
/// </summary>
internal static class Buckets
{
    /// <summary>A whole answer: to fifteen minutes and beyond.</summary>
    public static readonly InstrumentAdvice<double> Request = Of(
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36, 1310.72);

    /// <summary>The wait for a first token: to two minutes.</summary>
    public static readonly InstrumentAdvice<double> FirstToken = Of(
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 120);

    /// <summary>From one token to the next.</summary>
    public static readonly InstrumentAdvice<double> Token = Of(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5);

    /// <summary>From a newer prompt to the proof that the older one is over: below a millisecond as a rule, two seconds are the grace.</summary>
    public static readonly InstrumentAdvice<double> Proof = Of(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60);

    private static InstrumentAdvice<double> Of(params double[] bounds) => new() { HistogramBucketBoundaries = bounds };
}
