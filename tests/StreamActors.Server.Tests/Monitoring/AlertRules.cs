using System.Text.RegularExpressions;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>The alerts as they are shipped: names and expressions, which stand on one line or folded below.</summary>
internal static partial class AlertRules
{
    public static string File { get; } = Path.Combine(PrometheusProcess.Config, "prometheus-alerts.yml");

    public static IReadOnlyList<(string Name, string Query)> All { get; } =
    [
        .. Rule().Matches(System.IO.File.ReadAllText(File)).Select(found => (
            found.Groups["name"].Value, string.Join(' ', found.Groups["expr"].Value.Split('\n').Select(l => l.Trim())).Replace(">- ", ""))),
    ];

    [GeneratedRegex("""- alert: (?<name>\w+)\n +expr: (?<expr>.+?)\n +(?:for|labels):""", RegexOptions.Singleline)]
    private static partial Regex Rule();
}
