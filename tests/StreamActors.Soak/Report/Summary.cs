using System.Globalization;
using System.Text;
using StreamActors.Soak.Books;
using StreamActors.Soak.Checks;
using StreamActors.Soak.Traffic;
using StreamActors.Soak.Upstream;

namespace StreamActors.Soak.Report;

/// <summary>What a soak found, as Markdown.</summary>
internal sealed class Summary(
    SoakOptions options, TimeSpan elapsed, World world, UpstreamBooks upstream, BooksOf books, LogConsistency consistency)
{
    private const int MostShown = 20;
    private readonly StringBuilder _text = new();

    public required int LogLines { get; init; }

    /// <summary>Lines that say something went wrong in the server itself.</summary>
    public required IReadOnlyList<string> Alarms { get; init; }

    public required int? ExitCode { get; init; }

    public required Sample Before { get; init; }

    public required IReadOnlyList<Sample> Quiet { get; init; }

    public required Sample After { get; init; }

    /// <summary>All that must be 0 is 0, and the server ended in time and well.</summary>
    public bool Passed => MustBeZero.All(m => m.Count == 0) && ExitCode == 0;

    private (string Name, long Count)[] MustBeZero =>
    [
        ("overlaps", upstream.Overlaps),
        ("unbalanced books", books.Faults.Count),
        ("log lines that do not fit the model servers' records", consistency.Faults.Count),
        ("client surprises", world.Surprises.Count),
        ("errors and losses in the log", Alarms.Count),
        ("requests still live at the model servers", upstream.Live),
    ];

    /// <summary>The quiet moments after the first quarter.</summary>
    private IReadOnlyList<Sample> Settled => [.. Quiet.Skip(Quiet.Count / 4)];

    public string ToMarkdown()
    {
        _text.Clear();
        _text.Append(CultureInfo.InvariantCulture, $"\n## Soak of {options.Length.TotalMinutes:0.##} min: {(Passed ? "passed" : "FAILED")}\n\n");
        WriteTotals();
        WriteCounts("fault injected", world.Faults);
        WriteCounts("outcome", Outcomes());
        WriteFigures();
        WriteFaults();
        return _text.ToString();
    }

    /// <summary>Writes it into <c>artifacts</c>.</summary>
    /// <returns>Where it is.</returns>
    public string Save()
    {
        var time = TimeProvider.System.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var file = Path.Combine(Directory.CreateDirectory("artifacts").Name, $"soak-{time}.md");
        File.WriteAllText(file, ToMarkdown());
        return file;
    }

    private void WriteTotals()
    {
        Row("", "");
        Row("---", "---:");
        Row("prompts", $"{world.Prompts}");
        Row("prompts a second", $"{world.Prompts / elapsed.TotalSeconds:F0}");
        Row("faults injected", $"{world.Faults.Values.Sum()}");
        Row("requests at the model servers", $"{upstream.Accepted}");
        foreach (var (name, count) in MustBeZero)
            Row($"**{name}** (must be 0)", $"{count}");
        Row("log lines, checked against the records", $"{LogLines}, {consistency.Lines}");
        Row("receipts checked", $"{world.Receipts.Count}");
        Row("exit code", ExitCode is { } code ? $"{code}" : "none: it did not end in time");
        var late = consistency.ClosedAfterLine;
        if (late.Count > 0)
        {
            Row("close seen by the model server after the log said so, ms (p50, p99, max)",
                $"{late.Percentile(0.5) / 1000.0:F1}, {late.Percentile(0.99) / 1000.0:F1}, {late.Max() / 1000.0:F1}");
        }
    }

    private IEnumerable<KeyValuePair<string, long>> Outcomes() => books.Streams
        .GroupBy(s => $"{(s.Dropped is not null ? "dropped" : s.Outcome)} {s.Reason}".TrimEnd())
        .Select(g => KeyValuePair.Create(g.Key, (long)g.Count()));

    private void WriteCounts(string title, IEnumerable<KeyValuePair<string, long>> counts)
    {
        _text.Append('\n');
        Row(title, "count");
        Row("---", "---:");
        foreach (var (name, count) in counts.OrderByDescending(c => c.Value))
            Row(name, $"{count}");
    }

    private void WriteFigures()
    {
        _text.Append('\n');
        Row("server", "at start", "first quiet moment", "last quiet moment", "at the end", "slope a minute");
        Row("---", "---:", "---:", "---:", "---:", "---:");
        Figure("resident memory, kB", s => s.ResidentKilobytes);
        Figure("managed heap, kB", s => s.Host!.HeapBytes / 1024.0);
        Figure("handles", s => s.Handles);
        Figure("threads", s => s.Threads);
        Figure("sessions", s => s.Host!.Sessions);
        Figure("actors", s => s.Host!.Actors);
        Figure("token paths", s => s.Host!.Streams);
        Figure("open responses", s => s.Host!.Responses);
        Figure("pending timers", s => s.Host!.Timers);
        _text.Append(CultureInfo.InvariantCulture,
            $"\nThe slope is the least squares of the {Settled.Count} last of {Quiet.Count} quiet moments: no request under way, after a full collection.\n");
    }

    private void Figure(string name, Func<Sample, double> of)
    {
        var slope = Settled.Select(s => (s.Minutes, of(s))).ToList().Slope();
        Row(name, Number(of(Before)), Number(of(Quiet[0])), Number(of(Quiet[^1])), Number(of(After)), slope is { } s ? $"{s:F1}" : "-");
    }

    private void WriteFaults()
    {
        foreach (var (title, faults) in new (string, IEnumerable<string>)[]
        {
            ("Client surprises", world.Surprises), ("Unbalanced books", books.Faults), ("Log against records", consistency.Faults),
            ("Alarms", Alarms),
        })
        {
            if (!faults.Any())
                continue;
            _text.Append(CultureInfo.InvariantCulture, $"\n### {title} ({faults.Count()})\n\n");
            foreach (var fault in faults.Take(MostShown))
                _text.Append(CultureInfo.InvariantCulture, $"- `{fault.ReplaceLineEndings(" ")}`\n");
        }
    }

    private static string Number(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    private void Row(params string[] cells) => _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
