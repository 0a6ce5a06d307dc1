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
}
