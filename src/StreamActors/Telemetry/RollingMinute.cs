namespace StreamActors.Telemetry;

/// <summary>Sums what came in the last minute, in whole seconds: sixty numbers, whatever the load. Not thread-safe.</summary>
internal sealed class RollingMinute
{
    private const int Seconds = 60;

    private readonly double[] _amounts = new double[Seconds];
    private readonly long[] _seconds = new long[Seconds];

    /// <summary>How far back a sum reaches: to the start, or to the second a minute ago; never less than one second.</summary>
    public static TimeSpan Length(TimeSpan now) =>
        TimeSpan.FromSeconds(Math.Max(1, now.TotalSeconds - Math.Max(0, SecondOf(now) - Seconds + 1)));

    /// <summary>Notes an amount at a moment.</summary>
    public void Add(TimeSpan at, double amount) => AddTo(SecondOf(at), amount);

    /// <summary>Notes an amount that came evenly over a while; what of it is older than a minute is left out.</summary>
    public void Spread(TimeSpan from, TimeSpan to, double amount)
    {
        if (to <= from)
        {
            Add(to, amount);
            return;
        }

        var last = SecondOf(to);
        for (var second = Math.Max(SecondOf(from), last - Seconds + 1); second <= last; second++)
        {
            var within = Math.Min(to.TotalSeconds, second + 1) - Math.Max(from.TotalSeconds, second);
            AddTo(second, amount * Math.Max(0, within) / (to - from).TotalSeconds);
        }
    }

    /// <summary>All of the last minute.</summary>
    public double Sum(TimeSpan now)
    {
        var sum = 0.0;
        for (var i = 0; i < Seconds; i++)
        {
            if (_seconds[i] > SecondOf(now) - Seconds)
                sum += _amounts[i];
        }

        return sum;
    }

    private void AddTo(long second, double amount)
    {
        var place = (int)(second % Seconds);
        if (_seconds[place] != second)
            (_seconds[place], _amounts[place]) = (second, 0);
        _amounts[place] += amount;
    }

    private static long SecondOf(TimeSpan at) => Math.Max(0, (long)at.TotalSeconds);
}
