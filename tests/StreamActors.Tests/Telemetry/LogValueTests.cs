using Serilog;
using Serilog.Core;
using Serilog.Events;
using StreamActors.Protocol;
using StreamActors.Telemetry;

namespace StreamActors.Tests.Telemetry;

public class LogValueTests : ILogEventSink
{
    private readonly List<string> _lines = [];

    [Theory]
    [InlineData("gpt-4.1:latest", "gpt-4.1:latest")]
    [InlineData("", "-")]
    [InlineData(null, "-")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("x\nstream_end trace=1", "\"x\\u{a}stream_end trace=1\"")]
    [InlineData("say \"hi\"\\", "\"say \\\"hi\\\"\\\\\"")]
    [InlineData("\u2028\u202e\u0085", "\"\\u{2028}\\u{202e}\\u{85}\"")]
    [InlineData("grüße", "\"grüße\"")]
    [InlineData("a=b", "\"a=b\"")]
    public void A_value_from_outside_can_neither_break_nor_forge_a_line(string? value, string expected) =>
        Assert.Equal(expected, LogValue.Safe(value));

    [Fact]
    public void A_long_value_is_cut()
    {
        var safe = LogValue.Safe(new string('x', 10_000));
        Assert.True(safe.Length < 250);
        Assert.EndsWith("...\"", safe);
    }

    [Fact]
    public void A_lone_surrogate_is_escaped() => Assert.Equal("\"\\u{fffd}\"", LogValue.Safe("\ud800"));

    [Fact]
    public void Stream_events_are_written_with_the_documented_names_and_keys()
    {
        var log = new SerilogStreamLog(new LoggerConfiguration().WriteTo.Sink(this).CreateLogger());
        var (a, b, session) = (new TraceId("a"), new TraceId("b"), new SessionKey("owner", "s1"));

        StreamEvent[] events =
        [
            new StreamEvent.Accepted(a, session, "m") { Client = "::1" },
            new StreamEvent.Started(a, session, "m", "local"),
            new StreamEvent.Cancelled(a, session, EndReason.RegistryNewStream, b),
            new StreamEvent.Ended(a, session, Outcome.Cancelled, EndReason.RegistryNewStream, 12, TimeSpan.FromMilliseconds(1.26), TimeSpan.FromSeconds(2)),
            new StreamEvent.FinishedCleanly(a, session, TimeSpan.FromMilliseconds(0.54)),
            new StreamEvent.TimedOutOnCancel(a, session, TimeSpan.FromSeconds(2)),
            new StreamEvent.DetachedEnded(a, session, TimeSpan.FromSeconds(9)),
            new StreamEvent.Dropped(b, session, EndReason.ClientDisconnect, null),
            new StreamEvent.Ended(b, session, Outcome.Completed, EndReason.None, 0, null, TimeSpan.Zero),
        ];

        foreach (var e in events)
            log.Write(e);

        Assert.Equal(
        [
            "stream_accepted trace=a stream_id=a session=s1 model=m owner=owner client=::1",
            "stream_start trace=a stream_id=a session=s1 model=m backend=local",
            "stream_cancelled trace=a session=s1 reason=registry_new_stream superseded_by=b",
            "stream_end trace=a session=s1 outcome=cancelled reason=registry_new_stream tokens=12 ttft_ms=1.3 duration_ms=2000",
            "prev_stream_finished_cleanly session=s1 trace=a took_ms=0.5",
            "prev_stream_timeout_on_cancel session=s1 trace=a timeout_ms=2000",
            "stream_detached_ended session=s1 trace=a after_ms=9000",
            "stream_dropped trace=b session=s1 reason=client_disconnect superseded_by=-",
            "stream_end trace=b session=s1 outcome=completed reason=- tokens=0 ttft_ms=- duration_ms=0",
        ], _lines);
        // Operators and the board call them the same.
        Assert.Equal(_lines.Select(line => line.Split(' ')[0]), events.Select(StreamEventNames.Of));
    }

    void ILogEventSink.Emit(LogEvent logEvent) => _lines.Add(logEvent.RenderMessage().Replace("\"", ""));
}
