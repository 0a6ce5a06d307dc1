using Akka.Actor;
using StreamActors.Protocol;

namespace StreamActors.Sessions;

/// <summary>Who is to get a receipt under which ticket, and since when he waits.</summary>
internal sealed class ReceiptBook(TimeProvider time)
{
    private readonly Dictionary<int, (IActorRef To, long Since)> _open = [];
    private int _last;

    public int Open(IActorRef to)
    {
        _open.Add(++_last, (to, time.GetTimestamp()));
        return _last;
    }

    public void Give(SessionEffect.GiveReceipt receipt)
    {
        if (_open.Remove(receipt.Ticket, out var waiting))
            waiting.To.Tell(new Receipt(receipt.Trace, receipt.Outcome, time.GetElapsedTime(waiting.Since)));
    }
}
