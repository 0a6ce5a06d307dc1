using StreamActors.Conformance.Backend;
using StreamActors.Conformance.Checks;

namespace StreamActors.Server.Tests.Conformance;

/// <summary>What counts as two requests of one session at once.</summary>
public class OverlapsTests
{
    [Theory]
    [InlineData(0, "1 accept s", "2 first_token s", "3 end s", "4 accept s", "5 abort s")]
    [InlineData(0, "1 accept s", "2 accept t", "3 end s", "4 end t")]
    [InlineData(1, "1 accept s", "2 accept s", "3 abort s", "4 end s")]
    [InlineData(2, "1 accept s", "2 accept s", "3 accept s")]
    [InlineData(0, "1 accept s", "2 fail s", "3 accept s")]
    public void A_request_overlaps_when_another_of_its_session_is_live(int expected, params string[] events) =>
        Assert.Equal(expected, Overlaps.In(events.Select(Event)));

    [Fact]
    public void One_that_was_closed_before_it_could_be_started_was_never_live() =>
        Assert.Equal(0, Overlaps.In([Event("1 accept s"), Event("2 accept s"), Event("2 abort s"), Event("3 end s")]));

    private static RecordedEvent Event(string text)
    {
        var words = text.Split(' ');
        return new RecordedEvent(long.Parse(words[0]), words[1], words[2], "p", "", 0, int.Parse(words[0]));
    }
}
