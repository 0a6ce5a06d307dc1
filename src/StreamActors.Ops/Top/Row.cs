using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace StreamActors.Ops.Top;

/// <summary>One cell of a line.</summary>
/// <param name="Text">What stands there; cut where the cell is too narrow for it.</param>
/// <param name="Cells">How wide it is; 0: it shares what the others leave.</param>
/// <param name="Style">How it looks.</param>
internal sealed record Cell(string? Text, int Cells = 0, Style? Style = null);

/// <summary>Lines that are one line, however long what they say: a wrapped one would push the last off the screen.</summary>
internal static class Row
{
    private const char Cut = '…';

    public static Paragraph Of(int width, params Cell[] cells)
    {
        var left = width - cells.Sum(c => c.Cells) - (cells.Length - 1);
        var share = Math.Max(1, left / Math.Max(1, cells.Count(c => c.Cells == 0)));
        var line = new Paragraph();
        foreach (var cell in cells)
        {
            line.Append(Fit(Shown.Clean(cell.Text ?? "-"), cell.Cells > 0 ? cell.Cells : share), cell.Style);
            if (cell != cells[^1])
                line.Append(" ");
        }

        return line;
    }

    /// <summary>The text, so wide exactly.</summary>
    internal static string Fit(string text, int cells)
    {
        var (fit, used) = (new StringBuilder(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            var wide = new Segment(rune.ToString()).CellCount();
            if (used + wide > cells)
            {
                // Room for the mark that something is missing.
                while (used > cells - 1 && fit.Length > 0)
                {
                    used -= new Segment(fit[^1].ToString()).CellCount();
                    fit.Length--;
                }

                fit.Append(Cut);
                used++;
                break;
            }

            fit.Append(rune);
            used += wide;
        }

        return fit.Append(' ', Math.Max(0, cells - used)).ToString();
    }
}
