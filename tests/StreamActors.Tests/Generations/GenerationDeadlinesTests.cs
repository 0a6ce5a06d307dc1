using StreamActors.Generations;
using StreamActors.Protocol;

namespace StreamActors.Tests.Generations;

public class GenerationDeadlinesTests
{
    private readonly GenerationsOptions _options = new();

    [Theory]
    [InlineData(0, null, EndReason.None, 60)]
    [InlineData(119, null, EndReason.None, 1)]
    [InlineData(120, null, EndReason.FirstTokenTimeout, 0)]
    [InlineData(130, 0, EndReason.None, 60)]
    [InlineData(130, 59, EndReason.None, 1)]
    [InlineData(130, 60, EndReason.IdleTimeout, 0)]
    [InlineData(890, 0, EndReason.None, 10)]
    [InlineData(900, 0, EndReason.TotalTimeout, 0)]
    public void A_streamed_answer_has_three_deadlines(int elapsed, int? sinceContent, EndReason missed, int lookAgainIn) =>
        Assert.Equal((missed, TimeSpan.FromSeconds(lookAgainIn)), Check(streaming: true, elapsed, sinceContent));

    [Theory]
    [InlineData(500, EndReason.None, 400)]
    [InlineData(900, EndReason.TotalTimeout, 0)]
    public void An_answer_that_is_not_streamed_has_only_the_total(int elapsed, EndReason missed, int lookAgainIn) =>
        Assert.Equal((missed, TimeSpan.FromSeconds(lookAgainIn)), Check(streaming: false, elapsed, null));

    private (EndReason, TimeSpan) Check(bool streaming, int elapsed, int? sinceContent) => GenerationDeadlines.Check(
        _options, streaming, TimeSpan.FromSeconds(elapsed), sinceContent is { } s ? TimeSpan.FromSeconds(s) : null);
}
