using StreamActors.Conformance.Checks;

namespace StreamActors.Conformance.Report;

/// <summary>Verdicts as they are read.</summary>
internal static class Words
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "passed",
        Verdict.Failed => "failed",
        Verdict.NotOffered => "not offered",
        Verdict.NotSeen => "not seen",
        _ => "not run",
    };

    public static string ColourOf(Verdict verdict) => verdict switch
    {
        Verdict.Passed => "green",
        Verdict.Failed or Verdict.NotRun => "red",
        _ => "yellow",
    };
}
