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

    /// <returns>What was given, or null where nobody waits under this ticket.</returns>
    public Receipt? Give(SessionEffect.GiveReceipt due)
    {
        if (!_open.Remove(due.Ticket, out var waiting))
            return null;
        var receipt = new Receipt(due.Trace, due.Outcome, time.GetElapsedTime(waiting.Since));
        waiting.To.Tell(receipt);
        return receipt;
    }
}
