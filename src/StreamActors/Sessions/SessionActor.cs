using Akka.Actor;
using StreamActors.Dispatch;
using StreamActors.Generations;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Sessions;

/// <summary>
/// One session: the thin shell around <see cref="SessionMachine"/>. Translates messages into events and carries out the
/// effects; decides nothing itself.
/// </summary>
internal sealed class SessionActor : UntypedActor
{
    private readonly SessionKey _key;
    private readonly SessionResources _resources;
    private readonly Dictionary<int, RunningGeneration> _generations = [];
    private readonly SessionClock _clock;
    private readonly ReceiptBook _receipts;
    private readonly SessionReporter _report;
    private SessionState _state = SessionState.New;

    private SessionActor(SessionKey key, SessionResources resources)
    {
        (_key, _resources) = (key, resources);
        _report = new SessionReporter(key, resources);
        _clock = new SessionClock(resources.Time, Self);
        _receipts = new ReceiptBook(resources.Time);
    }

    public static Props Props(SessionKey key, SessionResources resources) =>
        Akka.Actor.Props.CreateBy(new ActorProducer<SessionActor>(() => new SessionActor(key, resources)));

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SessionEvent e:
                Handle(e);
                break;
            case SessionProtocol.SubmitPrompt m when _resources.Responses.Find(m.Prompt.Trace)?.TryAccept() == true:
                Handle(new SessionEvent.Submitted(m.Prompt, m.OneShot));
                break;
            case SessionProtocol.SubmitPrompt:
                // Nobody waits for this answer any more. A session made for it goes as it came.
                if (_state.LastNumber == 0)
                    Handle(new SessionEvent.IdleElapsed(0));
                break;
            case SessionProtocol.ClientGone m:
                Handle(new SessionEvent.CancelRequested(m.Trace, m.Reason));
                break;
            case SessionProtocol.CancelStream m:
                Handle(new SessionEvent.CancelRequested(m.Trace, m.Reason, _receipts.Open(Sender)));
                break;
            case SessionProtocol.EndSession m:
                Handle(new SessionEvent.EndRequested(m.Reason, _receipts.Open(Sender)));
                break;
            case SessionProtocol.Drain:
                Handle(new SessionEvent.Drained());
                break;
            case SessionProtocol.EndAll:
                Handle(new SessionEvent.EndRequested(EndReason.ServerShutdown));
                break;
            case GenerationProtocol.Finishing m:
                Handle(new SessionEvent.GenerationFinishing(m.Number));
                break;
            case GenerationProtocol.DeadlineMissed m:
                Handle(new SessionEvent.DeadlineMissed(m.Number, m.Reason));
                break;
            case GenerationProtocol.Ended m:
                Handle(new SessionEvent.GenerationEnded(m.Number, m.Ending));
                break;
            case SessionPassivation.MayStop when _state.Current is null && _generations.Count == 0:
                Context.Stop(Self);
                break;
            case SessionPassivation.MayStop:
                Context.Parent.Tell(SessionPassivation.StillBusy.Instance);
                break;
        }
    }

    protected override void PostStop()
    {
        _clock.Dispose();
        _report.Gone();
        // Stopped from outside: whoever still waits is told, and the books are balanced.
        if (_state.Next is { } next)
            Drop(new SessionEffect.Drop(next, EndReason.ServerShutdown, null));
        if (_state.Current is { } current && _generations.ContainsKey(current.Number))
            End(current.Number, new StreamEnding(Outcome.Detached, EndReason.ServerShutdown));
        else if (_state.Current is { } unstarted)
            Drop(new SessionEffect.Drop(unstarted.Prompt, EndReason.ServerShutdown, null));
    }

    private void Handle(SessionEvent @event)
    {
        var (state, effects) = SessionMachine.Handle(_state, @event);
        _state = state;
        foreach (var effect in effects)
            CarryOut(effect);
        if (@event is SessionEvent.GenerationTerminated terminated)
            _generations.Remove(terminated.Number);
        _report.Publish(_state, _state.Current is { } current ? _generations.GetValueOrDefault(current.Number) : null);
    }

    private void CarryOut(SessionEffect effect)
    {
        switch (effect)
        {
            case SessionEffect.Accept e:
                _report.Accepted(e.Prompt);
                break;
            case SessionEffect.Drop e:
                Drop(e);
                break;
            case SessionEffect.Start e:
                Start(e.Number, e.Prompt);
                break;
            case SessionEffect.AnnounceCancel e:
                _report.Cancelled(_generations[e.Number], e.Reason, e.SupersededBy);
                break;
            case SessionEffect.Stop e:
                StopGeneration(e);
                break;
            case SessionEffect.Release e:
                _generations[e.Number].Actor.Tell(GenerationProtocol.Release.Instance);
                break;
            case SessionEffect.End e:
                End(e.Number, e.Ending);
                break;
            case SessionEffect.ConfirmFinished e:
                _report.FinishedCleanly(_generations[e.Number]);
                break;
            case SessionEffect.Detach e:
                _report.TimedOutOnCancel(_generations[e.Number], e.Ending.SupersededBy);
                End(e.Number, e.Ending);
                _generations[e.Number].Place.Detach();
                break;
            case SessionEffect.DetachedEnded e:
                _report.DetachedEnded(_generations[e.Number]);
                break;
            case SessionEffect.GiveReceipt e:
                if (_receipts.Give(e) is { } receipt)
                    _report.Receipt(receipt);
                break;
            case SessionEffect.ArmGrace e:
                _clock.Arm(_resources.Options.CancelGrace, new SessionEvent.GraceElapsed(e.Number));
                break;
            case SessionEffect.ArmIdle:
                _clock.Arm(_resources.Options.IdleAfter, new SessionEvent.IdleElapsed(_state.LastNumber));
                break;
            case SessionEffect.DisarmGrace or SessionEffect.DisarmIdle:
                _clock.Disarm();
                break;
            case SessionEffect.Passivate:
                Context.Parent.Tell(SessionPassivation.MayIStop.Instance);
                break;
        }
    }

    private void Start(int number, Prompt prompt)
    {
        var response = _resources.Responses.Find(prompt.Trace)
            ?? throw new InvalidOperationException($"The response of {prompt.Trace} was removed before its session ended it.");
        var place = _resources.Backends.LoadOf(prompt.Request.Backend).Take(_key.Owner);
        var progress = new StreamProgress(_resources.Time);
        var actor = Context.ActorOf(_resources.Generation(new GenerationSpec(number, prompt, response, place, progress)), $"gen-{number}");
        Context.WatchWith(actor, new SessionEvent.GenerationTerminated(number));
        var generation = new RunningGeneration(prompt, actor, place, progress, _resources.Time.GetUtcNow());
        _generations.Add(number, generation);
        _report.Started(generation);
    }

    private void StopGeneration(SessionEffect.Stop stop)
    {
        var generation = _generations[stop.Number];
        generation.StoppedAt = _resources.Time.GetTimestamp();
        // The model first, which the next prompt waits for; then the client.
        generation.Actor.Tell(new GenerationProtocol.Stop(stop.Reason, stop.SupersededBy));
        if (_state.Current is not { Released: true })
            Answer(generation.Prompt.Trace, StreamEnding.Because(stop.Reason, stop.SupersededBy));
    }

    private void Drop(SessionEffect.Drop drop)
    {
        _report.Dropped(drop.Prompt, drop.Reason, drop.SupersededBy);
        Answer(drop.Prompt.Trace, StreamEnding.Because(drop.Reason, drop.SupersededBy));
    }

    private void End(int number, StreamEnding ending)
    {
        var generation = _generations[number];
        _report.Ended(generation, ending);
        Answer(generation.Prompt.Trace, ending);
    }

    /// <summary>The first ending of a response is the one that counts; later ones change nothing.</summary>
    private void Answer(TraceId trace, StreamEnding ending) => _resources.Responses.Find(trace)?.End(ending);
}
