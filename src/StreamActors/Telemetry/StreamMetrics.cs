using System.Diagnostics;
using System.Diagnostics.Metrics;
using StreamActors.Protocol;

namespace StreamActors.Telemetry;

/// <summary>
/// Stream events as metrics, each recorded by the event whose line stands in the log, so that both always agree. Nothing is done for a
/// token. No label has a value that a caller can make up: backends and reasons are known, models those that a backend has, the first
/// <see cref="MostModels"/> of them.
/// </summary>
public sealed class StreamMetrics : IStreamLog
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "StreamActors";

    /// <summary>How many models have series of their own.</summary>
    public const int MostModels = 100;

    private const string Backend = "backend";
    private const string ReasonLabel = "reason";
    private const string OutcomeLabel = "outcome";
    private readonly BoundedNames _models = new(MostModels);
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Histogram<double> _perToken;
    private readonly Histogram<double> _proof;
    private readonly Histogram<double> _newFirstToken;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _started;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _cancelled;
    private readonly Counter<long> _superseded;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _detachedEnded;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _receipts;

    /// <param name="meters">Makes the meter.</param>
    public StreamMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram("gen_ai.server.request.duration", "s", "From a stream's start to its end.", advice: Buckets.Request);
        _firstToken = meter.CreateHistogram("gen_ai.server.time_to_first_token", "s", "From a stream's start to its first token.", advice: Buckets.FirstToken);
        _perToken = meter.CreateHistogram(
            "gen_ai.server.time_per_output_token", "s", "Between two tokens after the first, of completed streams.", advice: Buckets.Token);
        _proof = meter.CreateHistogram(
            "streamactors.preemption.time_to_proof", "s", "From the order to stop an answer that gives way to a newer prompt, to the proof that it is over, or to the end of the grace.", advice: Buckets.Proof);
        _newFirstToken = meter.CreateHistogram(
            "streamactors.preemption.time_to_first_token", "s", "From a newer prompt that another gave way to, to its own first token.", advice: Buckets.FirstToken);
        _accepted = meter.CreateCounter<long>("streamactors.streams.accepted", "{stream}", "Prompts that a session has taken.");
        _started = meter.CreateCounter<long>("streamactors.streams.started", "{stream}", "Generations begun.");
        _dropped = meter.CreateCounter<long>("streamactors.streams.dropped", "{stream}", "Prompts accepted and never started.");
        _cancelled = meter.CreateCounter<long>("streamactors.streams.cancelled", "{stream}", "Decisions to stop a stream.");
        _superseded = meter.CreateCounter<long>("streamactors.streams.superseded", "{stream}", "Prompts that gave way to a newer one of their session.");
        _ended = meter.CreateCounter<long>("streamactors.streams.ended", "{stream}", "Streams over or detached, by outcome and reason.");
        _detachedEnded = meter.CreateCounter<long>("streamactors.streams.detached_ended", "{stream}", "Detached streams that have stopped after all.");
        _tokens = meter.CreateCounter<long>("streamactors.output_tokens", "{token}", "Tokens of the streams that have ended.");
        _receipts = meter.CreateCounter<long>("streamactors.receipts", "{receipt}", "Receipts given for stops, by outcome.");
    }

    /// <inheritdoc/>
    public void Write(StreamEvent @event)
    {
        if (@event.IsSuperseding)
            _superseded.Add(1, Tag("stage", @event is StreamEvent.Dropped ? "waiting" : "running"));
        switch (@event)
        {
            case StreamEvent.Accepted e:
                _accepted.Add(1, Tag(Backend, e.Backend));
                break;
            case StreamEvent.Started e:
                _started.Add(1, Tag(Backend, e.Backend));
                break;
            case StreamEvent.Dropped e:
                _dropped.Add(1, Tag(ReasonLabel, e.Reason.Name()));
                break;
            case StreamEvent.Cancelled e:
                _cancelled.Add(1, Tag(ReasonLabel, e.Reason.Name()));
                break;
            case StreamEvent.Ended e:
                Record(e);
                break;
            case StreamEvent.FinishedCleanly e:
                _proof.Record(e.Took.TotalSeconds, Tag(OutcomeLabel, ReceiptOutcome.FinishedCleanly.Name()));
                break;
            case StreamEvent.TimedOutOnCancel { SupersededBy: not null } e:
                _proof.Record(e.Timeout.TotalSeconds, Tag(OutcomeLabel, ReceiptOutcome.TimedOut.Name()));
                break;
            case StreamEvent.DetachedEnded:
                _detachedEnded.Add(1);
                break;
            case StreamEvent.ReceiptGiven e:
                _receipts.Add(1, Tag(OutcomeLabel, e.Outcome.Name()));
                break;
        }
    }

    /// <summary>A request is over, one of no session too.</summary>
    /// <param name="target">What was asked of whom.</param>
    /// <param name="duration">From its start.</param>
    /// <param name="reason">Why it ended other than by being answered.</param>
    public void RequestEnded(in StreamTarget target, TimeSpan duration, EndReason reason)
    {
        var tags = Tags(target);
        if (reason != EndReason.None)
            tags.Add(GenAi.ErrorType, reason.Name());
        _duration.Record(duration.TotalSeconds, tags);
    }

    private void Record(StreamEvent.Ended e)
    {
        RequestEnded(e.Target, e.Duration, e.Reason);
        _ended.Add(1, Tag(Backend, e.Target.Backend), Tag(OutcomeLabel, e.Outcome.Name()), Tag(ReasonLabel, e.Reason.Name()));
        var tags = Tags(e.Target);
        _tokens.Add(e.Tokens, tags);
        // An answer that is not streamed has no first token, it comes whole.
        if (!e.Target.Streamed || e.TimeToFirstToken is not { } first)
            return;
        _firstToken.Record(first.TotalSeconds, tags);
        if (e.TookOver)
            _newFirstToken.Record((e.Waited + first).TotalSeconds, Tag(Backend, e.Target.Backend));
        if (e is { Outcome: Outcome.Completed, Tokens: > 1 })
            _perToken.Record((e.Duration - first).TotalSeconds / (e.Tokens - 1), tags);
    }

    private TagList Tags(in StreamTarget target) => new(
    [
        Tag(GenAi.Operation, target.Kind.Name()), Tag(GenAi.Model, _models.Of(target.Model)), Tag(GenAi.Provider, target.Backend),
    ]);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
