using System.Collections.Concurrent;
using StreamActors.Protocol;
using StreamActors.Telemetry;
using StreamActors.Tests.Sessions;

namespace StreamActors.Tests.Fakes;

/// <summary>Keeps every stream event, and the books of each session.</summary>
internal sealed class RecordingLog : IStreamLog
{
    private readonly ConcurrentQueue<StreamEvent> _events = new();

    private readonly ConcurrentQueue<ReceiptOutcome> _receipts = new();

    public IReadOnlyList<StreamEvent> All => [.. _events];

    /// <summary>What those were told who wanted a stop. They have no lines and no place in the order of those that have.</summary>
    public IReadOnlyList<ReceiptOutcome> Receipts => [.. _receipts];

    public IReadOnlyList<StreamEvent> Of(TraceId trace) => [.. _events.Where(e => e.Trace == trace)];

    public void Write(StreamEvent @event)
    {
        if (@event is StreamEvent.ReceiptGiven receipt)
            _receipts.Enqueue(receipt.Outcome);
        else
            _events.Enqueue(@event);
    }

    /// <summary>The books of a session, checked line by line.</summary>
    /// <exception cref="LedgerException">A promise was broken.</exception>
    public Ledger Books(SessionKey session) => _events.Where(e => e.Session == session).Aggregate(Ledger.Empty, (books, e) => e switch
    {
        StreamEvent.Accepted => books.Accept(e.Trace),
        StreamEvent.Dropped => books.Drop(e.Trace),
        StreamEvent.Started => books.Start(e.Trace),
        StreamEvent.Cancelled => books.Cancel(e.Trace),
        StreamEvent.Ended ended => books.End(e.Trace, ended.Outcome),
        StreamEvent.FinishedCleanly => books.FinishedCleanly(e.Trace),
        StreamEvent.DetachedEnded => books.DetachedEnded(e.Trace),
        _ => books,
    });

    /// <summary>The events' names in order, for comparing with an expected course.</summary>
    public IReadOnlyList<string> Names(SessionKey session) => [.. _events.Where(e => e.Session == session).Select(e => e.GetType().Name)];
}
