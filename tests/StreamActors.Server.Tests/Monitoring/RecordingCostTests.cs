using Microsoft.Extensions.DependencyInjection;
using StreamActors.Protocol;
using StreamActors.Server.Tests.Support;
using StreamActors.Telemetry;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>What the metrics of one stream cost: nothing for a token, and next to nothing for the stream.</summary>
public class RecordingCostTests(ITestOutputHelper output)
{
    private const int Streams = 10_000;

    [Fact]
    public async Task The_metrics_of_a_stream_leave_next_to_no_garbage()
    {
        await using var server = await TestServer.StartAsync();
        var metrics = server.Services.GetRequiredService<StreamMetrics>();
        var (trace, session) = (TraceId.New(), new SessionKey("owner", "session"));
        StreamEvent[] events =
        [
            new StreamEvent.Accepted(trace, session, "m") { Backend = "b" }, new StreamEvent.Started(trace, session, "m", "b"),
            new StreamEvent.Cancelled(trace, session, EndReason.RegistryNewStream, trace),
            new StreamEvent.Ended(trace, session, Outcome.Completed, EndReason.None, 9, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2))
            {
                Target = new StreamTarget(RequestKind.Chat, "m", "b", Streamed: true),
                TookOver = true,
            },
            new StreamEvent.FinishedCleanly(trace, session, TimeSpan.FromSeconds(1)),
        ];
        Write(Streams);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Write(Streams);

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Streams;
        output.WriteLine($"{each:F1} bytes a stream");
        Assert.InRange(each, 0, 200);

        void Write(int count)
        {
            for (var i = 0; i < count; i++)
            {
                foreach (var e in events)
                    metrics.Write(e);
            }
        }
    }
}
