using System.IO.Pipelines;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Server.Tests.Streaming;

public class OpenResponseTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_comes_after_the_response_was_taken_over_is_turned_away_at_once(bool begun)
    {
        var endpoint = new PipeEndpoint();
        using var response = Open(endpoint);
        if (begun)
            Assert.Equal(WriteResult.Written, await response.WriteAsync("data: 1\n\n"u8.ToArray(), hasContent: true));
        response.End(StreamEnding.Because(EndReason.RegistryNewStream));
        Assert.Equal(begun, await response.TakeOverAsync(begin: false) is not null);

        var late = await response.WriteAsync("data: 2\n\n"u8.ToArray(), hasContent: true).AsTask().WaitAsync(Bound);

        Assert.Equal(WriteResult.Fenced, late);
        Assert.Equal(begun ? 1 : 0, endpoint.Begun);
    }

    [Fact]
    public async Task A_write_that_waits_behind_another_when_the_response_ends_is_turned_away()
    {
        var endpoint = new PipeEndpoint(pauseAfter: 1);
        using var response = Open(endpoint);
        var stuck = response.WriteAsync("data: 1\n\n"u8.ToArray(), hasContent: true).AsTask();
        var waiting = response.WriteAsync("data: 2\n\n"u8.ToArray(), hasContent: true).AsTask();

        response.End(StreamEnding.Because(EndReason.RegistryNewStream));
        await response.TakeOverAsync(begin: false).WaitAsync(Bound);

        Assert.Equal(WriteResult.Fenced, await stuck.WaitAsync(Bound));
        Assert.Equal(WriteResult.Fenced, await waiting.WaitAsync(Bound));
    }

    private static OpenResponse Open(IResponseEndpoint endpoint) => new(
        TraceId.New(), new SessionKey("o", "s"), endpoint, new ResponseFormat(true, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)), TimeProvider.System);

    private sealed class PipeEndpoint(int pauseAfter = 1_000_000) : IResponseEndpoint
    {
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: pauseAfter, resumeWriterThreshold: 1));

        public int Begun { get; private set; }

        public PipeWriter Begin()
        {
            Begun++;
            return _pipe.Writer;
        }

        public void ReportTooSlow()
        {
        }
    }
}
