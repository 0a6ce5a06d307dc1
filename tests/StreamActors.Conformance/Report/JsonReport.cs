using System.Text.Json;

namespace StreamActors.Conformance.Report;

/// <summary>The report for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public static string Write(ConformanceReport report) => JsonSerializer.Serialize(
        new
        {
            Server = report.Options.Server.ToString(),
            report.Model,
            report.Options.SessionHeader,
            ModelServer = report.Backend?.ToString(),
            report.Passed,
            TookMs = (long)report.Took.TotalMilliseconds,
            Checks = report.Findings.Select(f => new
            {
                f.Check.Name,
                f.Check.Claim,
                Verdict = Words.Of(f.Verdict).Replace(' ', '_'),
                Seen = f.Seen.Text,
                Figures = f.Seen.Figures.ToDictionary(figure => figure.Name, figure => figure.Value),
            }),
        },
        Indented);
}
