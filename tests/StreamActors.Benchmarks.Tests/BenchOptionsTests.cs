using StreamActors.Benchmarks.Scenarios;

namespace StreamActors.Benchmarks.Tests;

public class BenchOptionsTests
{
    [Fact]
    public void Nothing_named_is_everything()
    {
        var (options, _) = BenchOptions.Parse([]);

        Assert.Equal(ScenarioList.All, options!.Scenarios);
        Assert.Equal(Sizes.DefaultRounds, options.Sizes.Rounds);
    }

    [Fact]
    public void Scenarios_gateways_and_rounds_can_be_chosen()
    {
        var (options, _) = BenchOptions.Parse(["held", "paced", "--gateways", "ours,nginx", "--rounds", "3"]);

        Assert.Equal(["held-2000", "held-5000", "held-10000", "paced"], options!.Scenarios.Select(s => s.Name));
        Assert.Equal(["nginx", "ours"], options.Gateways.Select(g => g.Name));
        Assert.Equal(3, options.Sizes.Rounds);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("--rounds", "0")]
    [InlineData("--rounds")]
    [InlineData("--gateways", "ours,nobody")]
    public void What_is_not_understood_is_said(params string[] args)
    {
        var (options, fault) = BenchOptions.Parse(args);

        Assert.Null(options);
        Assert.Contains(args[0], fault);
    }
}
