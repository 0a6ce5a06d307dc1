using System.Text.RegularExpressions;
using StreamActors.Server.Tests.Support;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>
/// What is shipped for Prometheus and Grafana, held against a real Prometheus that scrapes a real server. Debian's package
/// <c>prometheus</c> brings both programs; without them these tests fail.
/// </summary>
public partial class PrometheusTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_query_of_the_dashboard_is_answered_with_data_and_every_alert_without_error()
    {
        await using var traffic = await MixedTraffic.StartAsync();
        await traffic.RunAsync();
        await using var prometheus = await PrometheusProcess.StartAsync(traffic.Server.Address);
        await Eventually.HoldsAsync(async () => Assert.NotEmpty(await prometheus.QueryAsync("streamactors_streams_ended_total")), Patience);
        // Rates and increases are of what comes between two looks.
        await traffic.RunAsync();

        foreach (var (title, query) in Dashboard.Queries)
        {
            await Eventually.HoldsAsync(
                async () => Assert.True((await prometheus.QueryAsync(query)).Any(value => !double.IsNaN(value)), $"{title}: no data for {query}"), Patience);
        }

        foreach (var (_, query) in AlertRules.All)
            await prometheus.QueryAsync(query);
        await Eventually.HoldsAsync(async () => Assert.Contains("StreamActorsBackendUnreachable", await prometheus.AlertsAsync()), Patience);
        output.WriteLine($"{Dashboard.Queries.Count} queries of {Dashboard.Panels.Count} panels and {AlertRules.All.Count} alerts; raised or pending: "
            + string.Join(", ", (await prometheus.AlertsAsync()).Order()));
    }

    [Fact]
    public async Task Every_metric_in_a_query_is_one_that_the_server_exports()
    {
        await using var traffic = await MixedTraffic.StartAsync();
        await traffic.RunAsync();

        await Eventually.HoldsAsync(async () =>
        {
            var exported = (await Exposition.ReadAsync(traffic.Server)).All.Select(s => s.Name).Append("up").ToHashSet();
            var asked = Dashboard.Queries.Select(q => q.Query).Concat(AlertRules.All.Select(a => a.Query)).SelectMany(MetricsOf).Distinct().ToList();
            Assert.True(asked.Count > 20, string.Join(' ', asked));
            Assert.Empty(asked.Except(exported));
        });
    }

    /// <summary>All that is exported of the server's own is shown somewhere.</summary>
    [Fact]
    public async Task Every_own_metric_is_on_the_dashboard()
    {
        await using var traffic = await MixedTraffic.StartAsync();
        await traffic.RunAsync();

        await Eventually.HoldsAsync(async () =>
        {
            var own = (await Exposition.ReadAsync(traffic.Server)).All.Select(s => s.Name).Distinct()
                .Where(n => OwnMetric().IsMatch(n) && !n.EndsWith("_sum", StringComparison.Ordinal) && !n.EndsWith("_count", StringComparison.Ordinal)).ToList();
            Assert.Empty(own.Except(Dashboard.Queries.SelectMany(q => MetricsOf(q.Query))));
        });
    }

    [Fact]
    public async Task Promtool_finds_no_fault_in_the_configuration_and_the_rules()
    {
        var (code, said) = await PrometheusProcess.ToolAsync("check", "config", Path.Combine(PrometheusProcess.Config, "prometheus.yml"));
        Assert.True(code == 0, said);
        Assert.Contains($"{AlertRules.All.Count} rules found", said);
    }

    /// <summary>Each alert has a series on which it must fire, and one on which it must not.</summary>
    [Fact]
    public async Task Every_alert_can_fire_and_stays_silent_while_all_is_well()
    {
        var cases = Path.Combine(Repository.Root, "tests", "StreamActors.Server.Tests", "Monitoring", "alerts.test.yml");

        var (code, said) = await PrometheusProcess.ToolAsync("test", "rules", cases);

        Assert.True(code == 0, said);
        var tested = Alert().Matches(await File.ReadAllTextAsync(cases)).Select(m => m.Groups[1].Value).Distinct();
        Assert.Equal(AlertRules.All.Select(a => a.Name).Order(), tested.Order());
    }

    [Fact]
    public void The_dashboard_is_for_people_and_preemption_comes_first()
    {
        Assert.StartsWith("Preemption", Dashboard.Rows[0].GetProperty("title").GetString());
        Assert.Equal(0, Dashboard.Rows[0].GetProperty("gridPos").GetProperty("y").GetInt32());
        Assert.All(Dashboard.Panels, panel =>
        {
            var title = panel.GetProperty("title").GetString()!;
            Assert.DoesNotMatch("_total|_bucket|streamactors|gen_ai", title);
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
            var seconds = panel.GetProperty("targets").EnumerateArray().All(t => t.GetProperty("expr").GetString()!.StartsWith("histogram_quantile", StringComparison.Ordinal));
            Assert.Equal(seconds, panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString() == "s");
        });
        var places = Dashboard.Panels.Concat(Dashboard.Rows).Select(p => p.GetProperty("gridPos").GetRawText()).ToList();
        Assert.Distinct(places);
        Assert.Distinct(Dashboard.Panels.Concat(Dashboard.Rows).Select(p => p.GetProperty("id").GetInt32()));
    }

    private static IEnumerable<string> MetricsOf(string query) => Metric().Matches(Labels().Replace(query, "")).Select(m => m.Value);

    /// <summary>What stands in braces, and the labels that are grouped by.</summary>
    [GeneratedRegex("""\{[^}]*\}|\b(?:by|on) \([^)]*\)""")]
    private static partial Regex Labels();

    [GeneratedRegex("""\b(?:up|(?:streamactors|gen_ai|dotnet)_\w+)\b""")]
    private static partial Regex Metric();

    [GeneratedRegex("^(streamactors|gen_ai)_")]
    private static partial Regex OwnMetric();

    [GeneratedRegex("""alertname: (\w+)\s+exp_alerts:\s+- """)]
    private static partial Regex Alert();
}
