using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamActors.Ops.Client;

namespace StreamActors.Ops.Ops;

/// <summary>The server's answers as tables.</summary>
internal static class Tables
{
    public static IRenderable Sessions(SessionList list)
    {
        var table = New(("session", null), ("state", 10), ("trace", 8), ("model", null), ("tokens", 7), ("waiting", 8), ("last", null));
        foreach (var s in list.Sessions)
        {
            table.AddRow(
                Shown.Cell(Shown.Name(s.Owner, s.Id)), State(s.State), Shown.Cell(Shown.Trace(s.Trace)), Shown.Cell(s.Model),
                Shown.Cell(Shown.Count(s.Tokens)), Shown.Cell(Shown.Trace(s.Waiting)), Shown.Cell(Last(s)));
        }

        return Counted(table, list, "live sessions");
    }

    public static IRenderable Streams(SessionList list)
    {
        var table = New(("trace", 8), ("session", null), ("state", 10), ("model", null), ("backend", null), ("tokens", 7), ("first", 8), ("for", 8));
        foreach (var s in list.Sessions)
        {
            table.AddRow(
                Shown.Cell(Shown.Trace(s.Trace)), Shown.Cell(Shown.Name(s.Owner, s.Id)), State(s.State), Shown.Cell(s.Model), Shown.Cell(s.Backend),
                Shown.Cell(Shown.Count(s.Tokens)), Shown.Cell(Shown.Milliseconds(s.TtftMs)), Shown.Cell(Shown.Milliseconds(s.ElapsedMs)));
        }

        return Counted(table, list, "streams");
    }

    public static IRenderable Session(Session s) => Pairs(
        ("session", Shown.Name(s.Owner, s.Id)), ("state", s.State), ("trace", s.Trace), ("model", s.Model), ("backend", s.Backend),
        ("started", s.Started?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)), ("tokens", Shown.Count(s.Tokens)),
        ("first token", Shown.Milliseconds(s.TtftMs)), ("runs for", Shown.Milliseconds(s.ElapsedMs)), ("waiting", s.Waiting),
        ("last trace", s.LastTrace), ("last ending", Last(s)));

    public static IRenderable Backends(BackendList list)
    {
        var table = New(("backend", null), ("type", null), ("state", 11), ("running", null), ("waiting", 7), ("detached", null), ("refused", null));
        foreach (var b in list.Backends)
        {
            table.AddRow(
                Shown.Cell(b.Name), Shown.Cell(b.Type ?? "own"), BackendState(b),
                Shown.Cell(b.MaxConcurrent is { } most ? $"{Shown.Count(b.Running)} of {Shown.Count(most)}" : Shown.Count(b.Running)),
                Shown.Cell(Shown.Count(b.Waiting)), Shown.Cell($"{Shown.Count(b.Detached)} of {Shown.Count(b.MaxDetached)}, ever {Shown.Count(b.DetachedTotal)}"),
                Shown.Cell($"busy {Shown.Count(b.RefusedBusy)}, stuck {Shown.Count(b.RefusedStuck)}"));
        }

        return table;
    }

    public static IRenderable Events(EventList list)
    {
        var table = New(("time", 12), ("event", null), ("session", null), ("trace", 8), ("", null));
        foreach (var e in list.Events)
            table.AddRow(Shown.Cell(Time(e)), Shown.Cell(e.Name), Shown.Cell(Shown.Name(e.Owner, e.Id)), Shown.Cell(Shown.Trace(e.Trace)), Shown.Cell(e.Detail));
        return table;
    }

    public static IRenderable Figures(Figures f) => Pairs(
        ("up", Shown.Seconds(f.UptimeS)),
        ("prompts", f.Drain switch { { Stopping: true } => "stopping", { On: true } => "draining: none are taken", _ => "taken" }),
        ("sessions", Shown.Count(f.Sessions)),
        ("streams", $"{Shown.Count(f.Running)} running, {Shown.Count(f.Waiting)} waiting"),
        ("accepted", Shown.Count(f.Accepted)),
        ("started", Shown.Count(f.Started)),
        ("ended", Shown.Endings(f.Ended, f.Dropped)),
        ("superseded", Shown.Count(f.Superseded)),
        ("detached", $"{Shown.Count(f.DetachedNow)} now, {Shown.Count(f.DetachedTotal)} ever"),
        ("last minute", $"{Shown.Rate(f.LastMinute.AcceptedPerS)} prompts/s, {Shown.Rate(f.LastMinute.SupersededPerS)} superseded/s, {Shown.Rate(f.LastMinute.TokensPerS)} tokens/s"),
        ("time to first token", Shown.Percentiles(f.TtftMs)),
        ("time to proof", Shown.Percentiles(f.ProofMs)));

    /// <summary>A backend's state in one word, and how it looks.</summary>
    public static (string Word, Style Style) StateOf(Backend b) =>
        b.Detached >= b.MaxDetached ? ("stuck", Color.Red)
        : b.Reachable ? ("reachable", Color.Green)
        : ("unreachable", Color.Red);

    /// <summary>How a session's state looks.</summary>
    public static Style StyleOf(string state) => state switch
    {
        "generating" => Color.Green,
        "replacing" => Color.Yellow,
        _ => Style.Plain,
    };

    public static string Time(Event e) => e.At.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>Columns without a width give way where the terminal is narrow.</summary>
    private static Table New(params (string Name, int? Width)[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (name, width) in columns)
            table.AddColumn(new TableColumn(new Text(name, new Style(decoration: Decoration.Bold))) { Width = width, NoWrap = true });
        return table;
    }

    private static Text State(string state) => Shown.Cell(state, StyleOf(state));

    private static Text BackendState(Backend b) => Shown.Cell(StateOf(b).Word, StateOf(b).Style);

    private static string? Last(Session s) => s.LastReason ?? s.LastOutcome;

    private static Grid Pairs(params (string Name, string? Value)[] pairs)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in pairs)
            grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(Shown.Clean(value ?? "-")));
        return grid;
    }

    private static Rows Counted(Table table, SessionList list, string what) => new(
        list.Sessions.Count == 0 ? new Text("") : table,
        new Text(list.Sessions.Count == list.Total ? $"{Shown.Count(list.Total)} {what}" : $"{Shown.Count(list.Sessions.Count)} of {Shown.Count(list.Total)} {what}; --limit shows more"));
}
