using System.Globalization;
using System.Text;
using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Scenarios;

namespace StreamActors.Benchmarks.Report;

/// <summary>The run as a page to read.</summary>
/// <param name="gateways">What was measured, in the order of the tables.</param>
/// <param name="sizes">How long and how much.</param>
internal sealed class MarkdownReport(IReadOnlyList<GatewayKind> gateways, Sizes sizes)
{
    private const double MostOthers = 5;
    private static readonly string[] Against = [GatewayKinds.Nginx, GatewayKinds.Raw, GatewayKinds.Yarp];

    private readonly StringBuilder _text = new();

    public string Write(IReadOnlyList<(string Name, string Value)> facts, IReadOnlyList<Results> all)
    {
        _text.Clear();
        _text.Append("# What the server costs, beside its peers\n\n");
        if (sizes.Quick)
            _text.Append("**A quick run, only to see that the harness works: these figures mean nothing.**\n\n");
        if (Disturbed(all) is { } others)
        {
            _text.Append(CultureInfo.InvariantCulture,
                $"**This run was disturbed: other programs used {others:0} % of a core (median of all visits). Take no figure from it.**\n\n");
        }

        Table(["machine and run", ""], facts.Select(f => new[] { f.Name, f.Value }));
        _text.Append(
            "\nEach gateway is a process of its own, pinned to one core; load generator and model server share the other. The model server sends each token in one piece with its time of sending " +
            "inside. Gateways are visited in turn, round by round, in rotated and then reversed order, and ratios are taken within a round. A cell is the median of the rounds with `[least-most]`. " +
            "CPU is user and system time of the gateway's process alone, from `/proc/PID/stat`.\n\n" +
            "How to read it: only ratios of 1.15 or more, with ranges that do not overlap much, mean something; cores of virtual machines change their speed from one moment to the next. " +
            "`load %` is how busy load generator and model server kept their core: above 85 they are the limit, not the gateway. `others %` is what other programs took of the machine meanwhile " +
            $"(100 is one core): above {MostOthers} the run was disturbed. `gateway %` is the gateway's share of its core.\n\n");
        Table(["gateway", "what it is"], gateways.Select(g => new[] { g.Name, g.What }));
        foreach (var results in all)
            Write(results);
        return _text.ToString();
    }

    /// <summary>What other programs took of a core, in percent, where that is too much.</summary>
    private static double? Disturbed(IReadOnlyList<Results> all)
    {
        var others = Spread.Of(all.SelectMany(r => r.Readings).Select(r => (double?)(100 * r.Used.Others / r.Used.Wall)));
        return others.Median > MostOthers ? others.Median : null;
    }

    private void Write(Results results)
    {
        var scenario = results.Scenario;
        var names = results.Of(gateways.Select(g => g.Name)).ToList();
        var rounds = results.Readings.Select(r => r.Round).Distinct().Count();
        _text.Append(CultureInfo.InvariantCulture, $"\n## {scenario.Name}\n\n{scenario.Text}\n\n![{scenario.Name}]({scenario.Name}.svg)\n\n{rounds} round(s).\n\n");
        Table(
            ["gateway", .. scenario.Metrics.Select(m => m.Name), "gateway %", "load %", "of it generator %", "others %"],
            names.Select(name => (string[])
            [
                name, .. scenario.Metrics.Select((m, i) => results.Values(name, i).ToString(m.Format)),
                results.Share(name, u => u.Gateway).ToString("0"), results.Share(name, u => u.Load).ToString("0"),
                results.Share(name, u => u.Generator).ToString("0"), results.Share(name, u => u.Others).ToString("0"),
            ]));
        for (var i = 0; i < scenario.Metrics.Count; i++)
        {
            if (scenario.Metrics[i].Compared)
                WriteRatios(results, names, i);
        }

        foreach (var reading in results.Readings.Where(r => r.Note is not null))
            _text.Append(CultureInfo.InvariantCulture, $"\n- {reading.Gateway}, round {reading.Round}: {reading.Note}\n");
        foreach (var fault in results.Faults)
            _text.Append(CultureInfo.InvariantCulture, $"\n- **No reading**: {fault.ReplaceLineEndings(" ")}\n");
    }

    private void WriteRatios(Results results, List<string> names, int metric)
    {
        var against = Against.Where(names.Contains).ToList();
        var rows = names.Where(name => results.Values(name, metric).Count > 0).ToList();
        if (against.Count == 0)
            return;
        _text.Append(CultureInfo.InvariantCulture, $"\n{results.Scenario.Metrics[metric].Name}, as a multiple of the same round's:\n\n");
        Table(
            ["gateway", .. against],
            rows.Select(name => (string[])[name, .. against.Select(other => results.Ratios(name, other, metric).ToString("0.00"))]));
    }

    private void Table(string[] head, IEnumerable<string[]> rows)
    {
        foreach (var cells in rows.Prepend([.. head.Select(_ => "---")]).Prepend(head))
            _text.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
    }
}
