using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Protocol;
using StreamActors.Telemetry;

namespace StreamActors.Tests.Telemetry;

public class StreamTracesTests
{
    private static readonly SessionKey Session = new("owner", "session");
    private static readonly StreamTarget Target = new(RequestKind.Chat, "m", "b", Streamed: true);

    [Fact]
    public void With_nobody_listening_a_stream_costs_no_garbage()
    {
        using var traces = new StreamTraces(TimeProvider.System);
        var trace = TraceId.New();
        StreamEvent[] events =
        [
            new StreamEvent.Accepted(trace, Session, "m"), new StreamEvent.Started(trace, Session, "m", "b"),
            new StreamEvent.Ended(trace, Session, Outcome.Completed, EndReason.None, 1, TimeSpan.Zero, TimeSpan.Zero),
        ];
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
            Run();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);

        void Run()
        {
            traces.Begin(trace, Session, Target, default);
            foreach (var e in events)
                traces.Write(e);
        }
    }

    [Fact]
    public void A_prompt_that_no_session_has_taken_ends_its_span_as_an_error()
    {
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StreamTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var traces = new StreamTraces(TimeProvider.System);
        var trace = TraceId.New();
        traces.Begin(trace, Session, Target, default);

        traces.NotTaken(trace);
        traces.NotTaken(trace);

        Assert.Equal((ActivityStatusCode.Error, "not_taken"), (Assert.Single(ended).Status, ended[0].StatusDescription));
        Assert.Equal(0, traces.Open);
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(1, 5)]
    public void The_first_token_lies_between_start_and_proof_though_the_streams_clock_began_before_its_start_was_told(int first, int expected)
    {
        var ended = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StreamTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var time = new FakeTimeProvider();
        using var traces = new StreamTraces(time);
        var (trace, began) = (TraceId.New(), time.GetUtcNow());
        traces.Begin(trace, Session, Target, default);
        time.Advance(TimeSpan.FromMilliseconds(5));
        traces.Write(new StreamEvent.Started(trace, Session, "m", "b"));
        time.Advance(TimeSpan.FromMilliseconds(5));

        traces.Write(new StreamEvent.Ended(
            trace, Session, Outcome.Completed, EndReason.None, 1, TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(10)));

        Assert.Equal(
            [("started", 5), ("first_token", expected), ("proof", 10)],
            Assert.Single(ended).Events.Select(e => (e.Name, (int)(e.Timestamp - began).TotalMilliseconds)));
    }

    [Fact]
    public void The_current_activity_of_whoever_begins_and_ends_a_span_is_left_alone()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StreamTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var traces = new StreamTraces(TimeProvider.System);
        using var own = new Activity("own").Start();
        var trace = TraceId.New();

        var context = traces.Begin(trace, Session, Target, default);
        Assert.Same(own, Activity.Current);
        Assert.NotEqual(own.TraceId, context.TraceId);
        traces.Write(new StreamEvent.Dropped(trace, Session, EndReason.ClientDisconnect, null));

        Assert.Same(own, Activity.Current);
        Assert.Equal(0, traces.Open);
    }
}
