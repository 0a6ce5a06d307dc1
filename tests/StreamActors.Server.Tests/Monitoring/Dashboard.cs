using System.Text.Json;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>The dashboard as it is shipped.</summary>
internal static class Dashboard
{
    public static JsonElement Json { get; } =
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(PrometheusProcess.Config, "grafana-dashboard.json")));

    public static IReadOnlyList<JsonElement> Rows => [.. All.Where(p => TypeOf(p) == "row")];

    public static IReadOnlyList<JsonElement> Panels => [.. All.Where(p => TypeOf(p) != "row")];

    /// <summary>Every query, with the variables that Grafana fills in.</summary>
    public static IReadOnlyList<(string Title, string Query)> Queries =>
    [
        .. from panel in Panels
           from target in panel.GetProperty("targets").EnumerateArray()
           let query = target.GetProperty("expr").GetString()!
           select (panel.GetProperty("title").GetString()!, query.Replace("$__rate_interval", "1m").Replace("$instance", ".*")),
    ];

    private static IEnumerable<JsonElement> All => Json.GetProperty("panels").EnumerateArray();

    public static string TypeOf(JsonElement panel) => panel.GetProperty("type").GetString()!;
}
