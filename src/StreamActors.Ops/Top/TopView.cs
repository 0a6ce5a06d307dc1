using Spectre.Console;
using Spectre.Console.Rendering;
using StreamActors.Ops.Client;
using StreamActors.Ops.Ops;

namespace StreamActors.Ops.Top;

/// <summary>The live view's picture, made to fit a terminal of any height from eighty columns on.</summary>
internal static class TopView
{
    private const int FixedLines = 13;
    private const int MostBackends = 6;
    private static readonly Style Bold = new(decoration: Decoration.Bold);

    /// <param name="state">What is known.</param>
    /// <param name="height">Lines of the terminal.</param>
    public static IRenderable Of(TopState state, int height)
    {
        var lines = new List<IRenderable> { Head(state) };
        if (state.Failure is { } failure)
            lines.Add(new Text(Shown.Clean(failure), Color.Red));
        if (state.Latest is not { } look)
            return new Rows(lines);
        var backends = look.Backends.Take(MostBackends).ToList();
        var rest = Math.Max(4, height - FixedLines - backends.Count - lines.Count);
        lines.Add(Figures(look.Figures, state));
        lines.Add(Backends(backends));
        lines.Add(Streams(look.Streams, rest / 2));
        lines.Add(Events(look.Events, rest - rest / 2));
        return new Rows(lines);
    }

    /// <summary>How many streams and events a view of that height has room for.</summary>
    public static int MostRows(int height) => Math.Max(4, height);

    private static Grid Head(TopState state)
    {
        var figures = state.Latest?.Figures;
        var (word, color) = (state.Failure, figures?.Drain) switch
        {
            (not null, _) => ("no answer, trying again", Color.Red),
            (_, null) => ("...", Color.Grey),
            (_, { Stopping: true }) => ("stopping", Color.Red),
            (_, { On: true }) => ("draining", Color.Yellow),
            _ => ("takes prompts", Color.Green),
        };
        return new Grid().Expand().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap().RightAligned()).AddRow(
            new Columns(new Text("StreamActors", Bold), new Text(state.Url.GetLeftPart(UriPartial.Authority)), new Text(word, color)).Collapse(),
            new Text(figures is null ? "q quits" : $"up {Shown.Seconds(figures.UptimeS)}   q quits"));
    }

    private static Grid Figures(Figures f, TopState state) => Pairs(
        ("streams", $"{Shown.Count(f.Running)} running, {Shown.Count(f.Waiting)} waiting; {Shown.Count(f.Sessions)} sessions"),
        ("prompts", $"{Shown.Count(f.Accepted)} accepted, {Shown.Count(f.Superseded)} superseded"),
        ("ended", Shown.Endings(f.Ended, f.Dropped)),
        ("detached", $"{Shown.Count(f.DetachedNow)} now, {Shown.Count(f.DetachedTotal)} ever"),
        ("first token", Shown.Percentiles(f.TtftMs)),
        ("proof", Shown.Percentiles(f.ProofMs)),
        ("prompts/s", $"{Shown.Rate(f.LastMinute.AcceptedPerS),-8} {Sparkline.Of(state.Prompts)}"),
        ("tokens/s", $"{Shown.Rate(f.LastMinute.TokensPerS),-8} {Sparkline.Of(state.Tokens)}"));

    private static Table Backends(IReadOnlyList<Backend> backends)
    {
        var table = New(("backend", null), ("state", 11), ("running", 9), ("waiting", 9), ("detached", 9), ("refused", 9));
        foreach (var b in backends)
        {
            table.AddRow(
                Shown.Cell(b.Name), Tables.BackendState(b), Shown.Cell(Shown.Count(b.Running)), Shown.Cell(Shown.Count(b.Waiting)),
                Shown.Cell(Shown.Count(b.Detached)), Shown.Cell(Shown.Count(b.RefusedBusy + b.RefusedStuck)));
        }

        return table;
    }

    private static Table Streams(SessionList streams, int most)
    {
        var table = New(("stream", 8), ("session", null), ("state", 10), ("model", null), ("tokens", 7), ("first", 8), ("for", 8));
        foreach (var s in streams.Sessions.Take(most))
        {
            table.AddRow(
                Shown.Cell(Shown.Trace(s.Trace)), Shown.Cell(Shown.Name(s.Owner, s.Id)), Tables.State(s.State), Shown.Cell(s.Model),
                Shown.Cell(Shown.Count(s.Tokens)), Shown.Cell(Shown.Milliseconds(s.TtftMs)), Shown.Cell(Shown.Milliseconds(s.ElapsedMs)));
        }

        return table;
    }

    private static Table Events(IReadOnlyList<Event> events, int most)
    {
        var table = New(("time", 12), ("event", 28), ("session", null), ("", null));
        foreach (var e in events.Take(most))
            table.AddRow(Shown.Cell(Tables.Time(e)), Shown.Cell(e.Name), Shown.Cell(Shown.Name(e.Owner, e.Id)), Shown.Cell(e.Detail));
        return table;
    }

    /// <summary>Columns without a width give way where the terminal is narrow.</summary>
    private static Table New(params (string Name, int? Width)[] columns)
    {
        var table = new Table().NoBorder().Expand();
        foreach (var (name, width) in columns)
            table.AddColumn(new TableColumn(new Text(name, new Style(decoration: Decoration.Bold | Decoration.Underline))) { Width = width, NoWrap = true });
        return table;
    }

    private static Grid Pairs(params (string Name, string Value)[] pairs)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Width(12)).AddColumn(new GridColumn().NoWrap());
        foreach (var (name, value) in pairs)
            grid.AddRow(new Text(name, Bold), Shown.Cell(value));
        return grid;
    }
}
