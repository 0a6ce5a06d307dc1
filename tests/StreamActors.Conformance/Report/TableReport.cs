using Spectre.Console;
using StreamActors.Conformance.Checks;

namespace StreamActors.Conformance.Report;

/// <summary>The report for people.</summary>
internal static class TableReport
{
    public static void Write(ConformanceReport report, IAnsiConsole console)
    {
        console.WriteLine($"{report.Options.Server}, model {Words.Plain(report.Model ?? "(not named)")}, {report.Standpoint}");
        var table = new Table { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii, ShowRowSeparators = true };
        table.AddColumn(new TableColumn("result") { NoWrap = true });
        table.AddColumn("check, and what it is for");
        table.AddColumn("seen");
        foreach (var finding in report.Findings)
            table.AddRow(Result(finding.Verdict), Purpose(finding.Check), new Text(Words.Plain(finding.Seen.Text)));
        console.Write(table);
        console.WriteLine($"{report.Totals}; {report.Took.TotalSeconds:0} s");
    }

    private static Markup Result(Verdict verdict) => new($"[{Words.ColourOf(verdict)}]{Words.Of(verdict)}[/]");

    private static Markup Purpose(Check check) => new($"[bold]{Markup.Escape(check.Name)}[/]\n[dim]{Markup.Escape(check.Claim)}[/]");
}
