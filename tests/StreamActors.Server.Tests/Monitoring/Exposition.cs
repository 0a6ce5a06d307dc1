using System.Globalization;
using System.Text.RegularExpressions;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>One series of Prometheus' text, with its value.</summary>
public sealed record Series(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    public string? this[string label] => Labels.GetValueOrDefault(label);
}

/// <summary>What <c>/metrics</c> says, taken apart.</summary>
public sealed partial class Exposition
{
    private Exposition(string text) => All =
    [
        .. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => Line().Match(line)).Select(found => new Series(
            found.Groups["name"].Value,
            Label().Matches(found.Groups["labels"].Value).ToDictionary(l => l.Groups["key"].Value, l => l.Groups["value"].Value),
            double.Parse(found.Groups["value"].Value.Replace("+Inf", "Infinity"), CultureInfo.InvariantCulture))),
    ];

    public IReadOnlyList<Series> All { get; }

    public static async Task<Exposition> ReadAsync(TestServer server) => new(await server.Http.GetStringAsync("/metrics"));

    public IEnumerable<Series> Of(string name) => All.Where(s => s.Name == name);

    public double Sum(string name) => Of(name).Sum(s => s.Value);

    /// <summary>A metric's values by some of its labels, each as one text.</summary>
    public SortedDictionary<string, double> By(string name, params string[] labels) => new(Of(name)
        .GroupBy(s => string.Join(' ', labels.Select(l => s[l]))).ToDictionary(g => g.Key, g => g.Sum(s => s.Value)), StringComparer.Ordinal);

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>[^ ]+)( [0-9]+)?$""")]
    private static partial Regex Line();

    [GeneratedRegex("""(?<key>[a-zA-Z_]+)="(?<value>(?:[^"\\]|\\.)*)"[,}]?""")]
    private static partial Regex Label();
}
