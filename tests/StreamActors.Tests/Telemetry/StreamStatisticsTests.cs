using Microsoft.Extensions.Time.Testing;
using StreamActors.Protocol;
using StreamActors.Telemetry;

namespace StreamActors.Tests.Telemetry;

public class StreamStatisticsTests
{
    private static readonly SessionKey Session = new("owner", "session");

    private readonly FakeTimeProvider _time = new();
    private readonly StreamStatistics _statistics;

    public StreamStatisticsTests() => _statistics = new StreamStatistics(_time);

    [Fact]
    public void A_replacement_is_counted_once_everywhere()
    {
        var (a, b) = (Start(), TraceId.New());
        _statistics.Write(new StreamEvent.Accepted(b, Session, "m"));
        var between = _statistics.Read();
        _statistics.Write(new StreamEvent.Cancelled(a, Session, EndReason.RegistryNewStream, b));
        End(a, Outcome.Cancelled, EndReason.RegistryNewStream, tokens: 7);
        _statistics.Write(new StreamEvent.FinishedCleanly(a, Session, TimeSpan.FromMilliseconds(3)));
        _statistics.Write(new StreamEvent.Started(b, Session, "m", "up"));

        var figures = _statistics.Read();

        Assert.Equal((1, 1), (between.Running, between.Waiting));
        Assert.Equal((2, 2, 1, 0), (figures.Accepted, figures.Started, figures.Running, figures.Waiting));
        Assert.Equal([new EndCount(Outcome.Cancelled, EndReason.RegistryNewStream, 1)], figures.Ended);
        Assert.Equal((1, 7, 0), (figures.Superseded, figures.Tokens, figures.DetachedTotal));
        Assert.Equal(new Percentiles(1, Ms(3), Ms(3), Ms(3), Ms(3)), figures.TimeToProof);
    }

    [Fact]
    public void A_prompt_that_never_started_is_counted_by_its_reason()
    {
        _statistics.Write(new StreamEvent.Accepted(TraceId.New(), Session, "m"));
        _statistics.Write(new StreamEvent.Dropped(TraceId.New(), Session, EndReason.RegistryNewStream, TraceId.New()));

        var figures = _statistics.Read();

        Assert.Equal([new DropCount(EndReason.RegistryNewStream, 1)], figures.Dropped);
        Assert.Equal((1, 0, 0), (figures.Superseded, figures.Running, figures.Waiting));
    }

    [Fact]
    public void A_detached_stream_counts_as_detached_until_it_stops_and_gives_no_proof()
    {
        var trace = Start();
        _statistics.Write(new StreamEvent.TimedOutOnCancel(trace, Session, TimeSpan.FromSeconds(2)));
        End(trace, Outcome.Detached, EndReason.AdminCancel);
        var before = _statistics.Read();
        _statistics.Write(new StreamEvent.DetachedEnded(trace, Session, TimeSpan.FromSeconds(9)));

        Assert.Equal((1, 1, 0), (before.DetachedNow, before.DetachedTotal, before.Running));
        Assert.Equal((0, 1), (_statistics.Read().DetachedNow, _statistics.Read().DetachedTotal));
        Assert.Equal(0, _statistics.Read().TimeToProof.Count);
    }

    [Fact]
    public void A_stream_that_fails_while_it_gives_way_was_superseded_all_the_same()
    {
        var trace = Start();
        _statistics.Write(new StreamEvent.Cancelled(trace, Session, EndReason.RegistryNewStream, TraceId.New()));
        Assert.Equal(1, _statistics.Read().Superseded);

        End(trace, Outcome.Failed, EndReason.BackendError);

        Assert.Equal((1, 1.0), (_statistics.Read().Superseded, _statistics.Read().LastMinute.Superseded));
    }

    [Fact]
    public void An_answer_that_comes_whole_has_no_first_token()
    {
        var trace = Start();
        _statistics.Write(new StreamEvent.Ended(trace, Session, Outcome.Completed, EndReason.None, 9, Ms(5000), Ms(5000)));

        Assert.Equal((0, 9), (_statistics.Read().TimeToFirstToken.Count, _statistics.Read().Tokens));
    }

    [Fact]
    public void Percentiles_are_of_the_nearest_rank()
    {
        for (var i = 1; i <= 200; i++)
            End(Start(), Outcome.Completed, EndReason.None, first: i);

        Assert.Equal(new Percentiles(200, Ms(100), Ms(190), Ms(198), Ms(200)), _statistics.Read().TimeToFirstToken);
    }

    [Fact]
    public void Times_older_than_five_minutes_count_no_more_and_of_many_only_the_newest_do()
    {
        End(Start(), Outcome.Completed, EndReason.None, first: 9000);
        _time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        Assert.Equal(0, _statistics.Read().TimeToFirstToken.Count);

        End(Start(), Outcome.Completed, EndReason.None, first: 9000);
        for (var i = 0; i < 1024; i++)
            End(Start(), Outcome.Completed, EndReason.None, first: 5);
        Assert.Equal(new Percentiles(1024, Ms(5), Ms(5), Ms(5), Ms(5)), _statistics.Read().TimeToFirstToken);
    }

    [Fact]
    public void Tokens_count_in_the_minute_in_which_they_came()
    {
        _time.Advance(TimeSpan.FromMinutes(10));
        // Two minutes long, with a token a second.
        End(Start(), Outcome.Completed, EndReason.None, tokens: 120, first: 0, duration: 120_000);

        Assert.InRange(_statistics.Read().LastMinute.Tokens, 58, 60);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.InRange(_statistics.Read().LastMinute.Tokens, 28, 30);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, _statistics.Read().LastMinute.Tokens);
        Assert.Equal(120, _statistics.Read().Tokens);
    }

    [Fact]
    public void Rates_are_over_the_time_since_the_start_until_that_is_a_minute()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        Start();
        Assert.Equal((TimeSpan.FromSeconds(10), 1.0), (_statistics.Read().LastMinute.Over, _statistics.Read().LastMinute.Accepted));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, _statistics.Read().LastMinute.Accepted);
        Assert.InRange(_statistics.Read().LastMinute.Over.TotalSeconds, 59, 60);
    }

    [Fact]
    public void Of_a_stream_that_still_runs_the_minutes_share_counts()
    {
        var minute = new MinuteFigures(TimeSpan.FromSeconds(60), 0, 0, 0, 0);

        Assert.Equal(100, minute.Share(100, TimeSpan.FromSeconds(50)));
        Assert.Equal(50, minute.Share(100, TimeSpan.FromSeconds(120)));
    }

    [Fact]
    public async Task Events_of_many_threads_are_all_counted()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
                End(Start(), Outcome.Completed, EndReason.None, tokens: 1);
        })));

        var figures = _statistics.Read();
        Assert.Equal((20_000, 20_000, 0, 20_000), (figures.Accepted, figures.Started, figures.Running, figures.Tokens));
    }

    [Fact]
    public void Of_the_events_the_newest_two_hundred_are_kept_and_the_newest_comes_first()
    {
        var events = new RecentEvents(_time);
        for (var i = 0; i < 1_000; i++)
            events.Write(new StreamEvent.Accepted(TraceId.New(), Session, "m"));

        Assert.Equal([1000L, 999L, 998L], events.Newest(3).Select(e => e.Number));
        Assert.Equal(200, events.Newest(1_000).Count);
    }

    private TraceId Start()
    {
        var trace = TraceId.New();
        _statistics.Write(new StreamEvent.Accepted(trace, Session, "m"));
        _statistics.Write(new StreamEvent.Started(trace, Session, "m", "up"));
        return trace;
    }

    private void End(TraceId trace, Outcome outcome, EndReason reason, long tokens = 0, int first = 1, int duration = 1) =>
        _statistics.Write(new StreamEvent.Ended(trace, Session, outcome, reason, tokens, Ms(first), Ms(Math.Max(first, duration)))
        {
            Target = new StreamTarget(RequestKind.Chat, "m", "up", Streamed: true),
        });

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
