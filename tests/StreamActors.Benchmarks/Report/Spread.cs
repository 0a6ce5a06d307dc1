using System.Globalization;

namespace StreamActors.Benchmarks.Report;

/// <summary>Median and range of some readings.</summary>
internal readonly record struct Spread(int Count, double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double?> readings)
    {
        // Nothing was measured where nothing could be divided by.
        var sorted = readings.OfType<double>().Where(double.IsFinite).Order().ToList();
        if (sorted.Count == 0)
            return default;
        var middle = sorted.Count / 2;
        return new Spread(
            sorted.Count, sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary><c>median [least-most]</c>; one reading has no range, none is a dash.</summary>
    public string ToString(string format) => Count switch
    {
        0 => "-",
        1 => Text(Median, format),
        _ when Text(Least, format) == Text(Most, format) => Text(Median, format),
        _ => $"{Text(Median, format)} [{Text(Least, format)}-{Text(Most, format)}]",
    };

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
