namespace StreamActors.Server.Tests.Faults;

/// <summary>What came of a pair: one row of the table, and what the pair's test compares.</summary>
/// <param name="EndedBy">The deadline that ended the faulty stream, or the fault itself.</param>
/// <param name="Reason">Outcome and reason as the log says them.</param>
/// <param name="ClientSees">The status, and how the answer ended.</param>
internal sealed record Observed(string EndedBy, string Reason, string ClientSees)
{
    public const string Complete = "200, complete";

    public static string Status(int status, string code) => $"{status} {code}";

    public static string Cut(string code) => $"200, cut with {code}";
}
