namespace StreamActors.Ops.Top;

/// <summary>A row of numbers as bars of one line, the highest a whole one.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    public static string Of(IReadOnlyCollection<double> values)
    {
        var most = values.DefaultIfEmpty().Max();
        return string.Concat(values.Select(v => most <= 0 ? Bars[0] : Bars[(int)Math.Round(v / most * (Bars.Length - 1))]));
    }
}
