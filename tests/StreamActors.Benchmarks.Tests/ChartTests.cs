using System.Xml.Linq;
using StreamActors.Benchmarks.Report;

namespace StreamActors.Benchmarks.Tests;

public class ChartTests
{
    [Fact]
    public void A_chart_is_well_formed_and_shows_every_row_within_its_axis()
    {
        var svg = Draw([3, 4, 5], [10, 11, 30], [0, 0, 0]);

        var dots = svg.Descendants().Where(e => e.Name.LocalName == "circle").Select(e => (double)e.Attribute("cx")!).ToList();
        Assert.Equal(3, dots.Count);
        Assert.All(dots, x => Assert.InRange(x, 150, 640));
        Assert.True(dots[2] < dots[0] && dots[0] < dots[1]);
        Assert.Contains("11 [10-30]", svg.Value);
    }

    [Fact]
    public void What_differs_by_far_is_drawn_on_a_logarithmic_axis_and_says_so()
    {
        Assert.Contains("logarithmic", Draw([0.2, 0.2, 0.3], [20, 21, 22]).Value);
        Assert.DoesNotContain("logarithmic", Draw([2, 2, 3], [20, 21, 22]).Value);
    }

    [Fact]
    public void Less_than_nothing_has_its_place_too()
    {
        var dots = Draw([-2, -1, 0], [3, 4, 5]).Descendants().Where(e => e.Name.LocalName == "circle").ToList();

        Assert.All(dots, dot => Assert.InRange((double)dot.Attribute("cx")!, 150, 640));
    }

    private static XElement Draw(params double[][] rows) => XElement.Parse(Chart.Draw(
        "A & B", [("time <ms>", "0", [.. rows.Select((row, i) => new ChartRow($"gateway {i}", Spread.Of(row.Select(v => (double?)v))))])]));
}
