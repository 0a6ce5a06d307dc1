using Akka.Actor;
using StreamActors.Protocol;

namespace StreamActors.Operations;

/// <summary>One stop on its way: tells the session, waits for its receipt (at most the grace and a margin), logs and answers.</summary>
internal sealed class CancellationActor : UntypedActor
{
    private readonly Order _order;
    private readonly OperationsResources _resources;

    public CancellationActor(Order order, OperationsResources resources) => (_order, _resources) = (order, resources);

    /// <summary>Longer than any grace, so that the session always answers first.</summary>
    private static TimeSpan Margin => TimeSpan.FromSeconds(5);

    protected override void PreStart()
    {
        SetReceiveTimeout(_resources.Options.CancelGrace + Margin);
        _resources.Sessions.Tell(_order.Message, Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Receipt receipt:
                Answer(receipt.Outcome.Name(), new OperationsReply.Cancelled(_order.Message.Session, receipt), receipt);
                break;
            case SessionProtocol.SessionNotFound:
                Answer(Refusal.NotFound.Name(), OperationsReader.NoSession());
                break;
            case ReceiveTimeout:
                Answer("no_answer", new OperationsReply.Refused(Refusal.Unavailable, "The session has not answered in time; the log says what became of it."));
                break;
        }
    }

    private void Answer(string outcome, OperationsReply reply, Receipt? receipt = null)
    {
        _resources.Log.Write(_order.By, _order.Action, _order.Target, outcome, receipt);
        _order.ReplyTo.Tell(reply, Context.Parent);
        Context.Stop(Self);
    }

    /// <summary>What to stop, for whom.</summary>
    internal sealed record Order(SessionProtocol.ISessionMessage Message, Operator By, string Action, string Target, IActorRef ReplyTo);
}
