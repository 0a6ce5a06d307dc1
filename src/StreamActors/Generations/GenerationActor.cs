using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using StreamActors.Backends;
using StreamActors.Dispatch;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Generations;

/// <summary>What one generation is made with.</summary>
/// <param name="Number">Its number in the session.</param>
/// <param name="Prompt">What it answers.</param>
/// <param name="Response">Where the answer goes.</param>
/// <param name="Place">Its place at the backend.</param>
/// <param name="Progress">Where it counts.</param>
public sealed record GenerationSpec(int Number, Prompt Prompt, OpenResponse Response, BackendPlace Place, StreamProgress Progress);

/// <summary>What all generations of a node share.</summary>
public sealed record GenerationResources(BackendRegistry Backends, GenerationsOptions Options, TimeProvider Time)
{
    /// <summary>The ways of their answers.</summary>
    public TokenPaths Paths { get; init; } = new();

    /// <summary>What keeps the backends from answering.</summary>
    public BackendTroubles Troubles { get; init; } = new();
}

/// <summary>
/// One answer in the making: temporary, never restarted. Owns the upstream's cancellation token, the deadlines and the stream.
/// It stops itself only when the backend's enumerator is disposed and the response is closed, so its termination is the proof
/// that it is over.
/// <code>
///   running --(pump over)--> finishing --(release)--> closing --(response closed)--> stopped
///      \________________(stop: cancel the upstream)______/
/// </code>
/// </summary>
internal sealed class GenerationActor : UntypedActor
{
    private readonly GenerationSpec _spec;
    private readonly GenerationResources _resources;
    private readonly CancellationTokenSource _upstream = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ITimer _clock;
    private PumpedAnswer? _answer;
    private PumpEnd? _pumpEnd;
    private StreamEnding? _ending;
    private StreamEnding? _stop;
    private bool _decided;

    private GenerationActor(GenerationSpec spec, GenerationResources resources)
    {
        (_spec, _resources) = (spec, resources);
        var self = Self;
        _clock = resources.Time.CreateTimer(
            _ => self.Tell(LookAtDeadlines.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public static Props Props(GenerationSpec spec, GenerationResources resources) =>
        Akka.Actor.Props.CreateBy(new ActorProducer<GenerationActor>(() => new GenerationActor(spec, resources)));

    protected override void PreStart()
    {
        try
        {
            var backend = _resources.Backends.Get(_spec.Prompt.Request.Backend);
            var chunks = _spec.Place.Run(backend, _spec.Prompt.Request, _upstream.Token);
            var self = Self;
            _answer = new PumpedAnswer(chunks, _upstream, _spec.Response, _spec.Progress, end => self.Tell(end));
            _resources.Paths.Begin(_answer, Context.System.Materializer());
        }
        catch (Exception failure)
        {
            Self.Tell(new PumpEnd(new UpstreamEnd(Completed: false, failure), WriteResult.Written));
        }

        CheckDeadlines();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GenerationProtocol.Stop stop:
                Stop(stop);
                break;
            case GenerationProtocol.Release when _ending is not null:
                _decided = true;
                _spec.Response.End(_ending);
                FinishWhenClosed();
                break;
            case LookAtDeadlines when _pumpEnd is null:
                CheckDeadlines();
                break;
            case PumpEnd end:
                PumpOver(end);
                break;
            case ResponseClosed closed:
                var ending = GenerationEndings.AfterDelivery(_ending!, closed.Delivery, _stop);
                Context.Parent.Tell(new GenerationProtocol.Ended(_spec.Number, ending));
                Context.Stop(Self);
                break;
        }
    }

    protected override void PostStop()
    {
        _clock.Dispose();
        _upstream.CancelSafely();
    }

    /// <summary>The session has answered the client already. The request's token first, then the stream.</summary>
    private void Stop(GenerationProtocol.Stop stop)
    {
        _stop = StreamEnding.Because(stop.Reason, stop.SupersededBy);
        if (!_decided)
            _ending = _stop;
        _decided = true;
        _spec.Response.Hurry();
        _upstream.CancelSafely();
        _answer?.Stop();
        FinishWhenClosed();
    }

    private void CheckDeadlines()
    {
        var (missed, lookAgainIn) = GenerationDeadlines.Check(_resources.Options, _spec.Prompt.Request.Stream, _spec.Progress);
        if (missed == EndReason.None)
            _clock.Change(lookAgainIn, Timeout.InfiniteTimeSpan);
        else
            Context.Parent.Tell(new GenerationProtocol.DeadlineMissed(_spec.Number, missed));
    }

    private void PumpOver(PumpEnd end)
    {
        _pumpEnd = end;
        if (end.Upstream.Failure is { } failure)
            _log.Debug(failure, "The backend failed: {0}", _spec.Prompt.Trace);
        if (_decided)
        {
            FinishWhenClosed();
            return;
        }

        _ending = GenerationEndings.AfterWaiting(GenerationEndings.Of(end), _spec.Prompt.Request.Stream, _spec.Progress.Elapsed);
        NoteTrouble(end.Upstream);
        Context.Parent.Tell(new GenerationProtocol.Finishing(_spec.Number));
    }

    /// <summary>Of an answer that was stopped nothing is said: its failure may be the stop's doing.</summary>
    private void NoteTrouble(UpstreamEnd upstream)
    {
        var backend = _spec.Prompt.Request.Backend;
        if (upstream.Failure is { } failure)
            _resources.Troubles.Failed(backend, BackendQuestion.Prompt, failure);
        else if (upstream.Completed)
            _resources.Troubles.Succeeded(backend, BackendQuestion.Prompt);
    }

    private void FinishWhenClosed()
    {
        if (_pumpEnd is not null)
            _spec.Response.Closed.PipeTo(Self, Self, delivery => new ResponseClosed(delivery));
    }

    private sealed class LookAtDeadlines : IDeadLetterSuppression
    {
        public static readonly LookAtDeadlines Instance = new();
    }

    private sealed record ResponseClosed(Delivery Delivery) : IDeadLetterSuppression;
}
