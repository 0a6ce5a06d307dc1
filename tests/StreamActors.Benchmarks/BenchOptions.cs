using System.Globalization;
using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Scenarios;

namespace StreamActors.Benchmarks;

/// <summary>Options of the verb <c>run</c>.</summary>
/// <param name="Scenarios">What to measure.</param>
/// <param name="Gateways">With which gateways.</param>
/// <param name="Sizes">How long and how much.</param>
/// <param name="Folder">Where the report goes; null: named by date.</param>
internal sealed record BenchOptions(IReadOnlyList<IScenario> Scenarios, IReadOnlyList<GatewayKind> Gateways, Sizes Sizes, string? Folder)
{
    private const int MostRounds = 50;

    public static string Usage =>
        $"""
        usage: ./run.sh bench [SCENARIO ...] [--rounds N] [--gateways A,B,...] [--out FOLDER] [--quick]
               ./run.sh bench micro [--filter PATTERN]
          scenarios  {string.Join(' ', ScenarioList.All.Select(s => s.Name))} (and 'held' for the last three); default: all
          gateways   {string.Join(' ', GatewayKinds.All.Select(g => g.Name))}; default: all
          --rounds   visits to each gateway, 1 to {MostRounds} (default {Sizes.DefaultRounds}; held ones a third of it)
          --quick    only to see that it works: one short round with few streams
          micro      the inner loops by BenchmarkDotNet
        """;

    /// <summary>Reads them.</summary>
    /// <returns>Null and what is wrong, where something is.</returns>
    public static (BenchOptions? Options, string? Fault) Parse(string[] args)
    {
        var scenarios = new List<IScenario>();
        IReadOnlyList<GatewayKind> gateways = GatewayKinds.All;
        var (rounds, quick) = ((int?)null, false);
        string? folder = null;
        for (var i = 0; i < args.Length; i++)
        {
            var next = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--rounds" when int.TryParse(next, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostRounds:
                    (rounds, i) = (number, i + 1);
                    break;
                case "--out" when next != "":
                    (folder, i) = (Path.GetFullPath(next), i + 1);
                    break;
                case "--gateways" when next.Split(',').Except(GatewayKinds.All.Select(g => g.Name)).ToList() is { Count: 0 }:
                    (gateways, i) = ([.. GatewayKinds.All.Where(g => next.Split(',').Contains(g.Name))], i + 1);
                    break;
                case var name when ScenarioList.Named(name) is { Count: > 0 } named:
                    scenarios.AddRange(named);
                    break;
                default:
                    return (null, $"'{string.Join(' ', args[i..])}' is not understood");
            }
        }

        if (scenarios.Count == 0)
            scenarios.AddRange(ScenarioList.All.Where(s => s.InQuick || !quick));
        return (new BenchOptions([.. scenarios.Distinct()], gateways, new Sizes(quick, rounds ?? (quick ? 1 : Sizes.DefaultRounds)), folder), null);
    }
}
