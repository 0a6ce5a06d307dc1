namespace StreamActors.Soak.Books;

/// <summary>Sums up measured times.</summary>
public static class Figures
{
    /// <summary>The value below which this share of all lie, by the nearest rank.</summary>
    public static long Percentile(this IEnumerable<long> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }

    /// <summary>By how much the value grows per unit of time, by least squares; null for fewer than three.</summary>
    public static double? Slope(this IReadOnlyList<(double Time, double Value)> samples)
    {
        if (samples.Count < 3)
            return null;
        var (time, value) = (samples.Average(s => s.Time), samples.Average(s => s.Value));
        return samples.Sum(s => (s.Time - time) * (s.Value - value)) / samples.Sum(s => (s.Time - time) * (s.Time - time));
    }
}
