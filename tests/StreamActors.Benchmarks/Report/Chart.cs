using System.Globalization;
using System.Net;
using System.Text;

namespace StreamActors.Benchmarks.Report;

/// <summary>One row of a chart.</summary>
internal readonly record struct ChartRow(string Name, Spread Spread);

/// <summary>
/// Draws medians as dots and ranges as lines, one panel a metric, as SVG that suits light and dark pages: it brings its own
/// background and follows the reader's setting.
/// </summary>
internal static class Chart
{
    private const int Width = 860;
    private const int Left = 150;
    private const int Right = 640;
    private const int RowHeight = 24;
    private const int PanelHead = 56;
    private const int PanelFoot = 26;
    private const double LogFrom = 25;

    /// <summary>The whole picture.</summary>
    /// <param name="title">Above all panels.</param>
    /// <param name="panels">Heading, format of the figures, rows.</param>
    public static string Draw(string title, IReadOnlyList<(string Heading, string Format, IReadOnlyList<ChartRow> Rows)> panels)
    {
        var height = 40 + panels.Sum(p => PanelHead + (p.Rows.Count * RowHeight) + PanelFoot);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img" aria-label="{Escaped(title)}">
            <style>
              .page {"{"} fill: #ffffff {"}"} .ink {"{"} fill: #1f2328 {"}"} .soft {"{"} fill: #59636e {"}"} .grid {"{"} stroke: #d1d9e0 {"}"}
              .other {"{"} fill: #6e7781; stroke: #6e7781 {"}"} .ours {"{"} fill: #0969da; stroke: #0969da {"}"}
              text {"{"} font: 13px system-ui, sans-serif {"}"} .head {"{"} font-weight: 600 {"}"} .title {"{"} font-size: 16px; font-weight: 600 {"}"}
              @media (prefers-color-scheme: dark) {"{"}
                .page {"{"} fill: #0d1117 {"}"} .ink {"{"} fill: #e6edf3 {"}"} .soft {"{"} fill: #9198a1 {"}"} .grid {"{"} stroke: #3d444d {"}"}
                .other {"{"} fill: #9198a1; stroke: #9198a1 {"}"} .ours {"{"} fill: #4493f8; stroke: #4493f8 {"}"}
              {"}"}
            </style>
            <rect class="page" width="{Width}" height="{height}" rx="6"/>
            <text class="ink title" x="16" y="28">{Escaped(title)}</text>

            """);
        var top = 40;
        foreach (var (heading, format, rows) in panels)
        {
            DrawPanel(svg, top, heading, format, rows);
            top += PanelHead + (rows.Count * RowHeight) + PanelFoot;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawPanel(StringBuilder svg, int top, string heading, string format, IReadOnlyList<ChartRow> rows)
    {
        var scale = Scale.For(rows.Select(r => r.Spread).Where(s => s.Count > 0).ToList(), LogFrom);
        var bottom = top + PanelHead + (rows.Count * RowHeight);
        Text(svg, "ink head", 16, top + 26, heading + (scale.Logarithmic ? "  (logarithmic)" : ""));
        foreach (var tick in scale.Ticks)
        {
            var x = X(scale, tick);
            Line(svg, "grid", x, top + PanelHead - 12, x, bottom, 1);
            Text(svg, "soft", x, bottom + 16, tick.ToString("0.#####", CultureInfo.InvariantCulture), "middle");
        }

        for (var i = 0; i < rows.Count; i++)
        {
            var y = top + PanelHead + (i * RowHeight);
            var kind = rows[i].Name.StartsWith("ours", StringComparison.Ordinal) ? "ours" : "other";
            var spread = rows[i].Spread;
            Text(svg, kind == "ours" ? "ink head" : "ink", Left - 12, y + 4, rows[i].Name, "end");
            Text(svg, "ink", Right + 16, y + 4, spread.ToString(format));
            if (spread.Count == 0)
                continue;
            Line(svg, kind, X(scale, spread.Least), y, X(scale, spread.Most), y, 3);
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"{kind}\" cx=\"{X(scale, spread.Median):0.#}\" cy=\"{y}\" r=\"5\"/>\n");
        }
    }

    private static double X(Scale scale, double value) => Left + ((Right - Left) * scale.Place(value));

    private static void Line(StringBuilder svg, string kind, double x1, double y1, double x2, double y2, int width) => svg.Append(
        CultureInfo.InvariantCulture, $"<line class=\"{kind}\" x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke-width=\"{width}\"/>\n");

    private static void Text(StringBuilder svg, string kind, double x, double y, string text, string anchor = "start") => svg.Append(
        CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{Escaped(text)}</text>\n");

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
