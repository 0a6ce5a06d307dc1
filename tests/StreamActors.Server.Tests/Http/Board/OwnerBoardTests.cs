using StreamActors.Protocol;
using StreamActors.Server.Http.Board;
using StreamActors.Telemetry;

namespace StreamActors.Server.Tests.Http.Board;

public class OwnerBoardTests
{
    private static readonly SessionKey Session = new("local", "me");
    private readonly OwnerBoard _board = new();

    [Fact]
    public void A_reader_gets_what_came_since_its_last_reading_and_nothing_twice()
    {
        Add(3);
        var first = _board.Read(0, OwnerBoard.Kept);
        Add(2);
        var second = _board.Read(first.Next, OwnerBoard.Kept);

        Assert.Equal((3, 0), (first.Entries.Count, first.Lost));
        Assert.Equal((2, 0), (second.Entries.Count, second.Lost));
        Assert.Empty(_board.Read(second.Next, OwnerBoard.Kept).Entries);
    }

    [Fact]
    public void A_slow_reader_gets_the_newest_and_is_told_how_many_it_lost()
    {
        Add(OwnerBoard.Kept + 10);

        var all = _board.Read(0, OwnerBoard.Kept);
        var few = _board.Read(0, 5);

        Assert.Equal((OwnerBoard.Kept, 10), (all.Entries.Count, all.Lost));
        Assert.Equal((5, OwnerBoard.Kept + 5), (few.Entries.Count, few.Lost));
        Assert.Equal($"{OwnerBoard.Kept + 9:x32}", few.Entries[^1].Event.Trace.Value);
    }

    [Fact]
    public void The_figures_are_of_all_that_came_also_of_what_was_lost()
    {
        Add(OwnerBoard.Kept * 2);
        var (trace, newer) = (TraceId.New(), TraceId.New());
        Write(new StreamEvent.Cancelled(trace, Session, EndReason.RegistryNewStream, newer));
        Write(new StreamEvent.Ended(trace, Session, Outcome.Cancelled, EndReason.RegistryNewStream, 27, null, TimeSpan.FromSeconds(1)));
        foreach (var ms in new[] { 0.4, 0.5, 0.7, 60, 900 })
            Write(new StreamEvent.FinishedCleanly(trace, Session, TimeSpan.FromMilliseconds(ms)));
        Write(new StreamEvent.TimedOutOnCancel(trace, Session, TimeSpan.FromSeconds(2)));
        Write(new StreamEvent.Dropped(newer, Session, EndReason.RegistryNewStream, TraceId.New()));
        Write(new StreamEvent.Dropped(newer, Session, EndReason.ClientDisconnect, null));

        var totals = _board.Read(0, 1).Totals;

        Assert.Equal((OwnerBoard.Kept * 2, 2, 1, 27), (totals.Prompts, totals.Superseded, totals.Detached, totals.Tokens));
        Assert.Equal([2, 1, 0, 0, 0, 0, 0, 1, 0, 1], totals.Proofs.Counts);
        Assert.Equal(900, totals.Proofs.MaxMs);
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
            Write(new StreamEvent.Accepted(new TraceId($"{i:x32}"), Session, "m"));
    }

    private void Write(StreamEvent @event) => _board.Add(@event, DateTimeOffset.UnixEpoch);
}
