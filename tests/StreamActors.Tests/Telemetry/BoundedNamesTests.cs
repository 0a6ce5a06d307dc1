using StreamActors.Telemetry;

namespace StreamActors.Tests.Telemetry;

public class BoundedNamesTests
{
    [Fact]
    public void The_first_names_stand_for_themselves_and_all_others_for_one()
    {
        var names = new BoundedNames(2);

        Assert.Equal(["a", "b", BoundedNames.Other, "a", BoundedNames.Other], new[] { "a", "b", "c", "a", "d" }.Select(names.Of));
    }

    [Fact]
    public void However_many_come_at_once_there_are_never_more()
    {
        var names = new BoundedNames(10);

        var shown = Enumerable.Range(0, 10_000).AsParallel().WithDegreeOfParallelism(8).Select(i => names.Of($"{i % 1000}")).ToHashSet();

        Assert.InRange(shown.Count, 1, 11);
        Assert.Contains(BoundedNames.Other, shown);
    }
}
