namespace StreamActors.Benchmarks.Load;

/// <summary>Many times in microseconds, and what may be said of them.</summary>
internal sealed class Times
{
    private readonly List<long> _times = [];
    private bool _sorted;

    public int Count => _times.Count;

    public void Add(long microseconds)
    {
        _times.Add(microseconds);
        _sorted = false;
    }

    public void Clear() => _times.Clear();

    /// <summary>The time that so many of a hundred do not exceed, in milliseconds; nothing where there is none.</summary>
    public double? Percentile(double percent)
    {
        if (_times.Count == 0)
            return null;
        if (!_sorted)
            _times.Sort();
        _sorted = true;
        return _times[(int)Math.Clamp(Math.Ceiling(percent / 100 * _times.Count) - 1, 0, _times.Count - 1)] / 1000.0;
    }
}
