using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Report;
using StreamActors.Benchmarks.Scenarios;

namespace StreamActors.Benchmarks.Tests;

public class SpreadTests
{
    [Fact]
    public void The_median_stands_between_the_middle_two_and_the_range_is_whole()
    {
        Assert.Equal("2.50 [1.00-9.00]", Spread.Of([9, 2, 1, 3]).ToString("0.00"));
        Assert.Equal("2.0 [1.0-3.0]", Spread.Of([3, 1, 2]).ToString("0.0"));
    }

    [Fact]
    public void What_was_not_measured_is_left_out_and_nothing_is_a_dash()
    {
        Assert.Equal("4", Spread.Of([null, 4, double.NaN, double.PositiveInfinity]).ToString("0"));
        Assert.Equal("-", Spread.Of([null, double.NaN]).ToString("0"));
    }

    [Fact]
    public void Ratios_are_taken_within_a_round()
    {
        // The machine was twice as slow in the second round: the medians of all rounds would say 1.5.
        var results = new Results(ScenarioList.All[0], [Read("raw", 1, 10), Read("ours", 1, 20), Read("raw", 2, 20), Read("ours", 2, 40), Read("ours", 3, 1)], []);

        Assert.Equal("2.00", results.Ratios("ours", "raw", 0).ToString("0.00"));
        Assert.Equal("-", results.Ratios("ours", "nginx", 0).ToString("0.00"));
    }

    [Fact]
    public void A_peer_that_measured_nothing_gives_no_ratio()
    {
        var results = new Results(ScenarioList.All[0], [Read("raw", 1, double.PositiveInfinity), Read("ours", 1, 20)], []);

        Assert.Equal("-", results.Ratios("ours", "raw", 0).ToString("0.00"));
    }

    [Fact]
    public void A_percentile_is_the_time_that_so_many_do_not_exceed()
    {
        var times = new Times();
        foreach (var time in Enumerable.Range(1, 100).Reverse())
            times.Add(time * 1000);

        Assert.Equal(50, times.Percentile(50));
        Assert.Equal(99, times.Percentile(99));
        Assert.Null(new Times().Percentile(50));
    }

    private static Reading Read(string gateway, int round, double value) => new(gateway, round, [value], new Used(1, 1, 1, 1, 0));
}
