using System.Globalization;
using System.Text;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Faults;

/// <summary>One pair: it can be played, or it cannot happen and says why.</summary>
internal sealed record FaultPair(string Fault, Moment Moment, Func<Task<Observed>> PlayAsync, string? CannotHappen = null)
{
    public (string Fault, string Moment) Name => (Fault, Moment.Name());
}

/// <summary>
/// All pairs of faults and moments. Each is played once, for its own test and for the table, whichever asks first; the table
/// shows what was observed.
/// </summary>
internal sealed class FaultTable(string title, IReadOnlyList<FaultPair> pairs)
{
    private const int AtOnce = 4;

    private readonly Dictionary<(string Fault, string Moment), Lazy<Task<Observed>>> _plays = pairs
        .Where(pair => pair.CannotHappen is null)
        .ToDictionary(pair => pair.Name, pair => new Lazy<Task<Observed>>(() => Task.Run(pair.PlayAsync)));

    /// <summary>Names of the pairs that can happen.</summary>
    public TheoryData<string, string> Names
    {
        get
        {
            var names = new TheoryData<string, string>();
            foreach (var (fault, moment) in _plays.Keys)
                names.Add(fault, moment);
            return names;
        }
    }

    /// <summary>Plays a pair, once.</summary>
    public Task<Observed> PlayAsync(string fault, string moment) => _plays[(fault, moment)].Value;

    /// <summary>
    /// Plays what has not been played yet. Gives the whole table in Markdown, which is also left as
    /// <c>artifacts/tests/TITLE.md</c>, and the names of those that failed.
    /// </summary>
    public async Task<(string Table, IReadOnlyList<(string Fault, string Moment)> Failed)> WriteAsync()
    {
        await Parallel.ForEachAsync(_plays.Values, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (play, _) =>
            await ((Task)play.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
        var table = new StringBuilder("| fault | moment | ended by | reason | client sees |\n|---|---|---|---|---|\n");
        foreach (var pair in pairs)
            table.Append(CultureInfo.InvariantCulture, $"| {pair.Fault} | {pair.Moment.Name()} | {await CellsAsync(pair)} |\n");
        table.Append(CultureInfo.InvariantCulture, $"\n{_plays.Count} pairs; {pairs.Count - _plays.Count} cannot happen.\n");

        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "tests"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{title}.md"), table.ToString());
        var failed = _plays.Where(play => !play.Value.Value.IsCompletedSuccessfully).Select(play => play.Key);
        return (table.ToString(), [.. failed]);
    }

    private async Task<string> CellsAsync(FaultPair pair)
    {
        if (pair.CannotHappen is { } why)
            return $"cannot happen: {why} | - | -";
        var play = _plays[pair.Name].Value;
        return play.IsCompletedSuccessfully && await play is var seen
            ? $"{seen.EndedBy} | {seen.Reason} | {seen.ClientSees}"
            : $"**failed** | - | {play.Exception?.InnerException?.Message.ReplaceLineEndings(" ")}";
    }
}
