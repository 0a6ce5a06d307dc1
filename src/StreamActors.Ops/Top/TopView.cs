using Spectre.Console;
using Spectre.Console.Rendering;
using StreamActors.Ops.Client;
using StreamActors.Ops.Ops;

namespace StreamActors.Ops.Top;

/// <summary>The live view's picture, made to fit a terminal of any height from eighty columns on.</summary>
/// <param name="width">Columns of the terminal.</param>
/// <param name="height">Its lines.</param>
internal sealed class TopView(int width, int height)
{
    /// <summary>The head, the figures and the headings of three lists.</summary>
    private const int FixedLines = 12;

    private const int MostBackends = 6;
    private const int FewestRows = 4;
    private const int NameCells = 12;
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Heading = new(decoration: Decoration.Bold | Decoration.Underline);

    /// <summary>How many streams or events there can be room for.</summary>
    public int MostRows => Math.Max(FewestRows, height);

    /// <param name="state">What is known.</param>
    public IRenderable Of(TopState state)
    {
        List<IRenderable> lines = [Head(state)];
        if (state.Failure is { } failure)
            lines.Add(Line(new Cell(failure, Style: Color.Red)));
        if (state.Latest is not { } look)
            return new Rows(lines);
        var backends = look.Backends.Take(MostBackends).ToList();
        var rest = Math.Max(FewestRows, height - FixedLines - backends.Count - (lines.Count - 1));
        var streams = Math.Min(look.Streams.Sessions.Count, rest / 2);
        lines.AddRange(Figures(look.Figures, state));
        lines.AddRange(Backends(backends));
        lines.AddRange(Streams(look.Streams.Sessions.Take(streams)));
        lines.AddRange(Events(look.Events.Take(rest - streams)));
        return new Rows(lines);
    }

    private Paragraph Head(TopState state)
    {
        var figures = state.Latest?.Figures;
        var (word, color) = (state.Failure, figures?.Drain) switch
        {
            (not null, _) => ("no answer", Color.Red),
            (_, null) => ("...", Color.Grey),
            (_, { Stopping: true }) => ("stopping", Color.Red),
            (_, { On: true }) => ("draining", Color.Yellow),
            _ => ("takes prompts", Color.Green),
        };
        return Line(
            new Cell("StreamActors", NameCells, Bold), new Cell(state.Url.GetLeftPart(UriPartial.Authority)), new Cell(word, 13, color),
            new Cell(figures is null ? "" : $"up {Shown.Seconds(figures.UptimeS)}", 15), new Cell("q quits", 7));
    }

    private IEnumerable<Paragraph> Figures(Figures f, TopState state)
    {
        yield return Pair("streams", $"{Shown.Count(f.Running)} running, {Shown.Count(f.Waiting)} waiting; {Shown.Count(f.Sessions)} sessions");
        yield return Pair("prompts", $"{Shown.Count(f.Accepted)} accepted, {Shown.Count(f.Superseded)} superseded");
        yield return Pair("ended", Shown.Endings(f.Ended, f.Dropped));
        yield return Pair("detached", $"{Shown.Count(f.DetachedNow)} now, {Shown.Count(f.DetachedTotal)} ever");
        yield return Pair("first token", Shown.Percentiles(f.TtftMs));
        yield return Pair("proof", Shown.Percentiles(f.ProofMs));
        yield return Pair("prompts/s", $"{Shown.Rate(f.LastMinute.AcceptedPerS),-10} {Sparkline.Of(state.Prompts)}");
        yield return Pair("tokens/s", $"{Shown.Rate(f.LastMinute.TokensPerS),-10} {Sparkline.Of(state.Tokens)}");
    }

    private IEnumerable<Paragraph> Backends(IEnumerable<Backend> backends)
    {
        yield return Line(Named("backend"), Named("state", 11), Named("running", 9), Named("waiting", 9), Named("detached", 9), Named("refused", 9));
        foreach (var b in backends)
        {
            var (state, style) = Tables.StateOf(b);
            yield return Line(
                new Cell(b.Name), new Cell(state, 11, style), new Cell(Shown.Count(b.Running), 9), new Cell(Shown.Count(b.Waiting), 9),
                new Cell(Shown.Count(b.Detached), 9), new Cell(Shown.Count(b.RefusedBusy + b.RefusedStuck), 9));
        }
    }

    private IEnumerable<Paragraph> Streams(IEnumerable<Session> streams)
    {
        yield return Line(Named("stream", 8), Named("session"), Named("state", 10), Named("model"), Named("tokens", 7), Named("first", 8), Named("for", 8));
        foreach (var s in streams)
        {
            yield return Line(
                new Cell(Shown.Trace(s.Trace), 8), new Cell(Shown.Name(s.Owner, s.Id)), new Cell(s.State, 10, Tables.StyleOf(s.State)), new Cell(s.Model),
                new Cell(Shown.Count(s.Tokens), 7), new Cell(Shown.Milliseconds(s.TtftMs), 8), new Cell(Shown.Milliseconds(s.ElapsedMs), 8));
        }
    }

    private IEnumerable<Paragraph> Events(IEnumerable<Event> events)
    {
        yield return Line(Named("time", 12), Named("event", 29), Named("session"), Named(""));
        foreach (var e in events)
            yield return Line(new Cell(Tables.Time(e), 12), new Cell(e.Name, 29), new Cell(Shown.Name(e.Owner, e.Id)), new Cell(e.Detail));
    }

    private Paragraph Pair(string name, string value) => Line(new Cell(name, NameCells, Bold), new Cell(value));

    private Paragraph Line(params Cell[] cells) => Row.Of(width, cells);

    private static Cell Named(string name, int cells = 0) => new(name, cells, Heading);
}
