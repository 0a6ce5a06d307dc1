using StreamActors.Protocol;

namespace StreamActors.Tests.Protocol;

public class ChoiceSetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(191)]
    [InlineData(192)]
    [InlineData(ChoiceSet.Most - 1)]
    public void A_choice_counts_once(int index)
    {
        var tally = default(ChoiceTally);

        Assert.True(tally.Add(ChoiceSet.Of(index)));
        Assert.False(tally.Add(ChoiceSet.Of(index)));
        Assert.Equal(1, tally.Count);
        Assert.True(tally.Add(ChoiceSet.Of(index == 0 ? 1 : index - 1)));
        Assert.False(tally.Add(default));
        Assert.Equal(2, tally.Count);
    }

    [Fact]
    public void All_of_them_are_told_apart_in_whatever_order_they_come()
    {
        var (tally, random) = (default(ChoiceTally), new Random(1));
        var all = Enumerable.Range(0, ChoiceSet.Most).ToArray();
        random.Shuffle(all);

        foreach (var index in all)
            Assert.True(tally.Add(ChoiceSet.Of(index)));

        Assert.Equal(ChoiceSet.Most, tally.Count);
    }

    [Fact]
    public void Sets_are_equal_that_hold_the_same()
    {
        var set = new ChoiceSet(UInt128.One, [200, 300, 200]);

        Assert.Equal((3, false), (set.Count, set.IsEmpty));
        Assert.True(set == new ChoiceSet(UInt128.One, [300, 200]));
        Assert.Equal(set.GetHashCode(), new ChoiceSet(UInt128.One, [300, 200]).GetHashCode());
        Assert.True(set != new ChoiceSet(UInt128.One, [300]));
        Assert.True(default(ChoiceSet).IsEmpty && default == new ChoiceSet(default, []));
    }
}
