namespace StreamActors.Benchmarks.Report;

/// <summary>Where on a chart's axis a value stands, from 0 to 1.</summary>
/// <param name="Logarithmic">Else it starts at zero.</param>
/// <param name="From">The left end.</param>
/// <param name="To">The right end.</param>
/// <param name="Ticks">The values that are marked.</param>
internal sealed record Scale(bool Logarithmic, double From, double To, IReadOnlyList<double> Ticks)
{
    private const int MostTicks = 6;

    /// <summary>One that holds all of them.</summary>
    /// <param name="spreads">What is to be shown.</param>
    /// <param name="logFrom">The ratio between medians from which the smaller ones could not be seen on a linear axis.</param>
    public static Scale For(IReadOnlyList<Spread> spreads, double logFrom)
    {
        if (spreads.Count == 0)
            return new Scale(false, 0, 1, []);
        var (least, most) = (spreads.Min(s => s.Least), spreads.Max(s => s.Most));
        if (least > 0 && spreads.Max(s => s.Median) / spreads.Min(s => s.Median) >= logFrom)
        {
            var (first, last) = (Math.Floor(Math.Log10(least)), Math.Ceiling(Math.Log10(most)));
            return new Scale(true, first, last, [.. Enumerable.Range((int)first, (int)(last - first) + 1).Select(e => Math.Pow(10, e))]);
        }

        var from = Math.Min(0, least);
        var step = Step((Math.Max(most, 0) - from) / MostTicks);
        var (low, high) = (Math.Floor(from / step), Math.Max(Math.Ceiling(most / step), 1));
        return new Scale(false, low * step, high * step, [.. Enumerable.Range((int)low, (int)(high - low) + 1).Select(i => i * step)]);
    }

    public double Place(double value) => ((Logarithmic ? Math.Log10(value) : value) - From) / (To - From);

    /// <summary>The next of 1, 2, 5, 10, 20, ...</summary>
    private static double Step(double least)
    {
        if (least <= 0)
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * new[] { 1, 2, 5, 10 }.First(m => m * power >= least);
    }
}
