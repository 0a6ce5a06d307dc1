using Akka.Actor;
using StreamActors.Protocol;
using StreamActors.Telemetry;

namespace StreamActors.Sessions;

/// <summary>
/// The parent of this node's sessions: makes one for the first prompt, passes messages on, lets idle ones go without losing a
/// message that arrives meanwhile.
/// </summary>
public sealed class SessionsActor : UntypedActor
{
    private readonly SessionResources _resources;
    private readonly Dictionary<SessionKey, IActorRef> _live = [];
    private readonly Dictionary<IActorRef, Leaving> _leaving = [];
    private bool _draining;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public SessionsActor(SessionResources resources) => _resources = resources;

    /// <summary>Props of the one parent.</summary>
    public static Props Props(SessionResources resources) => Akka.Actor.Props.Create(() => new SessionsActor(resources));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SessionProtocol.ISessionMessage m:
                Route(m, Sender);
                break;
            case SessionProtocol.Drain:
                _draining = true;
                TellAll(message);
                break;
            case SessionProtocol.EndAll:
                TellAll(message);
                break;
            case SessionPassivation.MayIStop when !_leaving.ContainsKey(Sender):
                _leaving.Add(Sender, new Leaving([]));
                Sender.Tell(SessionPassivation.MayStop.Instance);
                break;
            case SessionPassivation.StillBusy when _leaving.Remove(Sender, out var stays):
                stays.HeldBack.ForEach(held => Sender.Tell(held.Message, held.From));
                break;
            case SessionGone gone:
                Forget(gone);
                break;
        }
    }

    private void Route(SessionProtocol.ISessionMessage message, IActorRef from)
    {
        if (_live.TryGetValue(message.Session, out var session))
        {
            if (_leaving.TryGetValue(session, out var leaving))
                leaving.HeldBack.Add((message, from));
            else
                session.Tell(message, from);
        }
        else if (message is SessionProtocol.SubmitPrompt)
        {
            Make(message.Session).Tell(message, from);
        }
        else if (message is SessionProtocol.CancelStream cancel)
        {
            from.Tell(new Receipt(cancel.Trace, ReceiptOutcome.AlreadyEnded, TimeSpan.Zero));
            _resources.Log.Write(new StreamEvent.ReceiptGiven(cancel.Trace, cancel.Session, ReceiptOutcome.AlreadyEnded));
        }
        else if (message is SessionProtocol.EndSession)
        {
            from.Tell(new SessionProtocol.SessionNotFound(message.Session));
        }
    }

    private IActorRef Make(SessionKey key)
    {
        var session = Context.ActorOf(SessionActor.Props(key, _resources), key.EntityId);
        Context.WatchWith(session, new SessionGone(key, session));
        _live.Add(key, session);
        if (_draining)
            session.Tell(SessionProtocol.Drain.Instance);
        return session;
    }

    private void Forget(SessionGone gone)
    {
        _live.Remove(gone.Key);
        if (_leaving.Remove(gone.Session, out var left))
            left.HeldBack.ForEach(held => Route(held.Message, held.From));
    }

    private void TellAll(object message)
    {
        foreach (var session in _live.Values)
            session.Tell(message);
    }

    private sealed record Leaving(List<(SessionProtocol.ISessionMessage Message, IActorRef From)> HeldBack);

    private sealed record SessionGone(SessionKey Key, IActorRef Session);
}
