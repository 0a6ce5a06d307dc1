using System.Globalization;
using System.Text;
using StreamActors.Benchmarks.Gateways;

namespace StreamActors.Benchmarks.Report;

/// <summary>Where a run leaves what it found: the page, its pictures, and every single reading.</summary>
/// <param name="path">The folder.</param>
/// <param name="gateways">In the order of the tables.</param>
internal sealed class ReportFolder(string path, IReadOnlyList<GatewayKind> gateways)
{
    public string Page => Path.Combine(path, "README.md");

    public void Write(string page, IReadOnlyList<Results> all)
    {
        Directory.CreateDirectory(path);
        File.WriteAllText(Page, page);
        foreach (var results in all)
            File.WriteAllText(Path.Combine(path, $"{results.Scenario.Name}.svg"), Draw(results));
        File.WriteAllText(Path.Combine(path, "readings.csv"), Csv(all));
    }

    private string Draw(Results results)
    {
        var names = results.Of(gateways.Select(g => g.Name)).ToList();
        var panels =
            from metric in results.Scenario.Metrics.Index()
            where metric.Item.Drawn
            let rows = names.Select(name => new ChartRow(name, results.Values(name, metric.Index))).Where(r => r.Spread.Count > 0).ToList()
            select (metric.Item.Name, metric.Item.Format, (IReadOnlyList<ChartRow>)rows);
        return Chart.Draw($"{results.Scenario.Name}: median and range of the rounds", [.. panels]);
    }

    private static string Csv(IReadOnlyList<Results> all)
    {
        var csv = new StringBuilder("scenario,gateway,round,metric,value\n");
        foreach (var (results, reading) in all.SelectMany(results => results.Readings.Select(reading => (results, reading))))
        {
            var used = reading.Used;
            IEnumerable<(string Name, double? Value)> values =
            [
                .. results.Scenario.Metrics.Select(m => m.Name).Zip(reading.Values),
                ("wall s", used.Wall), ("gateway CPU s", used.Gateway), ("generator CPU s", used.Generator),
                ("model server CPU s", used.Upstream), ("others CPU s", used.Others),
            ];
            foreach (var (name, value) in values.Where(v => v.Value is not null))
                csv.Append(CultureInfo.InvariantCulture, $"{results.Scenario.Name},{reading.Gateway},{reading.Round},{name},{value:R}\n");
        }

        return csv.ToString();
    }
}
