using StreamActors.Backends;
using StreamActors.Generations;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Tests.Generations;

public class GenerationEndingsTests
{
    private static readonly StreamEnding Lost = StreamEnding.Because(EndReason.BackendError);

    [Fact]
    public void A_backend_lost_in_silence_has_been_at_work_where_the_answer_is_not_streamed_and_it_took_a_while()
    {
        Assert.True(GenerationEndings.AfterWaiting(Lost, stream: false, TimeSpan.FromSeconds(1)).Begun);
        Assert.False(GenerationEndings.AfterWaiting(Lost, stream: false, TimeSpan.FromSeconds(0.9)).Begun);
        Assert.False(GenerationEndings.AfterWaiting(Lost, stream: true, TimeSpan.FromMinutes(1)).Begun);
    }

    [Theory]
    [InlineData(EndReason.BackendUnreachable, false)]
    [InlineData(EndReason.BackendError, true)]
    public void One_that_was_not_reached_or_refused_has_not(EndReason reason, bool refused)
    {
        var ending = StreamEnding.Because(reason, fault: refused ? new BackendFault(502, "No") : null);

        Assert.False(GenerationEndings.AfterWaiting(ending, stream: false, TimeSpan.FromMinutes(1)).Begun);
    }

    [Fact]
    public void Foreign_code_that_throws_after_it_has_yielded_something_has_begun_and_a_backends_own_failure_says_so_itself()
    {
        Assert.True(Of(new InvalidOperationException(), begun: true).Begun);
        Assert.False(Of(new InvalidOperationException(), begun: false).Begun);
        Assert.False(Of(new BackendException(EndReason.BackendError, ""), begun: true).Begun);
        Assert.True(Of(new BackendException(EndReason.BackendError, "") { Begun = true }, begun: false).Begun);
    }

    private static StreamEnding Of(Exception failure, bool begun) =>
        GenerationEndings.Of(new PumpEnd(new UpstreamEnd(Completed: false, failure) { Begun = begun }, WriteResult.Written));
}
