using Akka.Actor;
using StreamActors.Generations;
using StreamActors.Protocol;
using StreamActors.Streaming;
using StreamActors.Telemetry;

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
    private SessionState _state = SessionState.New;
    private (TraceId Trace, StreamEnding Ending)? _last;

    public SessionActor(SessionKey key, SessionResources resources)
    {
        (_key, _resources) = (key, resources);
        _clock = new SessionClock(resources.Time, Self);
        _receipts = new ReceiptBook(resources.Time);
    }

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SessionEvent e:
                Handle(e);
                break;
            case SessionProtocol.SubmitPrompt m when _resources.Responses.Find(m.Prompt.Trace) is { Ended.IsCompleted: false } response:
                response.MarkAccepted();
                Handle(new SessionEvent.Submitted(m.Prompt, m.OneShot));
                break;
            case SessionProtocol.SubmitPrompt:
                // Nobody waits for this answer any more. A session made for it goes as it came.
                Handle(new SessionEvent.IdleElapsed());
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
        _resources.Directory.Remove(_key);
        // Stopped from outside: whoever still waits is told, and the books are balanced.
        if (_state.Next is { } next)
            Drop(new SessionEffect.Drop(next, EndReason.ServerShutdown, null));
        if (_state.Current is { } current)
            End(current.Number, new StreamEnding(Outcome.Detached, EndReason.ServerShutdown));
    }

    private void Handle(SessionEvent @event)
    {
        var (state, effects) = SessionMachine.Handle(_state, @event);
        _state = state;
        foreach (var effect in effects)
            CarryOut(effect);
        if (@event is SessionEvent.GenerationTerminated terminated)
            _generations.Remove(terminated.Number);
        Publish();
    }

    private void CarryOut(SessionEffect effect)
    {
        switch (effect)
        {
            case SessionEffect.Accept e:
                _resources.Log.Write(new StreamEvent.Accepted(e.Prompt.Trace, _key, e.Prompt.Request.Model));
                break;
            case SessionEffect.Drop e:
                Drop(e);
                break;
            case SessionEffect.Start e:
                Start(e.Number, e.Prompt);
                break;
            case SessionEffect.AnnounceCancel e:
                _resources.Log.Write(new StreamEvent.Cancelled(TraceOf(e.Number), _key, e.Reason, e.SupersededBy));
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
                _resources.Log.Write(new StreamEvent.FinishedCleanly(TraceOf(e.Number), _key, SinceStop(e.Number)));
                break;
            case SessionEffect.Detach e:
                _resources.Log.Write(new StreamEvent.TimedOutOnCancel(TraceOf(e.Number), _key, _resources.Options.CancelGrace));
                End(e.Number, e.Ending);
                break;
            case SessionEffect.DetachedEnded e:
                _resources.Log.Write(new StreamEvent.DetachedEnded(TraceOf(e.Number), _key, SinceStop(e.Number)));
                break;
            case SessionEffect.GiveReceipt e:
                _receipts.Give(e);
                break;
            case SessionEffect.ArmGrace e:
                _clock.Arm(_resources.Options.CancelGrace, new SessionEvent.GraceElapsed(e.Number));
                break;
            case SessionEffect.ArmIdle:
                _clock.Arm(_resources.Options.IdleAfter, new SessionEvent.IdleElapsed());
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
        var progress = new StreamProgress(_resources.Time);
        var actor = Context.ActorOf(_resources.Generation(new GenerationSpec(number, prompt, response, progress)), $"gen-{number}");
        Context.WatchWith(actor, new SessionEvent.GenerationTerminated(number));
        _generations.Add(number, new RunningGeneration(prompt, actor, progress, _resources.Time.GetUtcNow()));
        _resources.Log.Write(new StreamEvent.Started(prompt.Trace, _key, prompt.Request.Model, prompt.Request.Backend));
    }

    private void StopGeneration(SessionEffect.Stop stop)
    {
        var generation = _generations[stop.Number];
        generation.StoppedAt = _resources.Time.GetTimestamp();
        if (_state.Current is not { Released: true })
            Answer(generation.Prompt.Trace, StreamEnding.Because(stop.Reason, stop.SupersededBy));
        generation.Actor.Tell(new GenerationProtocol.Stop(stop.Reason, stop.SupersededBy));
    }

    private void Drop(SessionEffect.Drop drop)
    {
        _resources.Log.Write(new StreamEvent.Dropped(drop.Prompt.Trace, _key, drop.Reason, drop.SupersededBy));
        Answer(drop.Prompt.Trace, StreamEnding.Because(drop.Reason, drop.SupersededBy));
    }

    private void End(int number, StreamEnding ending)
    {
        if (!_generations.TryGetValue(number, out var generation))
            return;
        var progress = generation.Progress;
        _resources.Log.Write(new StreamEvent.Ended(
            generation.Prompt.Trace, _key, ending.Outcome, ending.Reason, progress.Tokens, progress.TimeToFirstToken, progress.Elapsed));
        _last = (generation.Prompt.Trace, ending);
        Answer(generation.Prompt.Trace, ending);
    }

    /// <summary>The first ending of a response is the one that counts; later ones change nothing.</summary>
    private void Answer(TraceId trace, StreamEnding ending) => _resources.Responses.Find(trace)?.End(ending);

    private TraceId TraceOf(int number) => _generations[number].Prompt.Trace;

    private TimeSpan SinceStop(int number) => _resources.Time.GetElapsedTime(_generations[number].StoppedAt);

    private void Publish()
    {
        var running = _state.Current is { } current ? _generations.GetValueOrDefault(current.Number) : null;
        _resources.Directory.Publish(new SessionView(
            _key, _state.Phase, running?.Prompt.Trace, running?.Prompt.Request.Model, running?.Started, running?.Progress,
            _state.Next?.Trace, _last?.Trace, _last?.Ending));
    }
}
