using System.Collections.Concurrent;
using System.Diagnostics;
using StreamActors.Protocol;

namespace StreamActors.Telemetry;

/// <summary>
/// One span for each stream, with its events. Begun when the prompt is on its way to its session and ended here and nowhere else: by the
/// stream's own last event, or when no session has taken it. Nothing is made while nobody listens. The current activity of the
/// thread is left as it was, since an actor's next message is another stream's.
/// </summary>
public sealed class StreamTraces(TimeProvider time) : IStreamLog, IDisposable
{
    /// <summary>The activity source's name.</summary>
    public const string SourceName = "StreamActors";

    private readonly ActivitySource _source = new(SourceName);
    private readonly ConcurrentDictionary<TraceId, OpenSpan> _open = new();

    /// <summary>How many spans have begun and not ended.</summary>
    public int Open => _open.Count;

    /// <summary>Begins the span of a stream.</summary>
    /// <param name="trace">The stream.</param>
    /// <param name="session">Whose session.</param>
    /// <param name="target">What is asked of whom.</param>
    /// <param name="caller">What the caller sent, which becomes the parent; default: none.</param>
    /// <returns>The context to send on to the backend: the span's, or the caller's where there is no span.</returns>
    public ActivityContext Begin(TraceId trace, SessionKey session, in StreamTarget target, ActivityContext caller)
    {
        if (!_source.HasListeners())
            return caller;
        var current = Activity.Current;
        Activity.Current = null;
        var activity = _source.StartActivity($"{target.Kind.Name()} {target.Model}", ActivityKind.Server, caller,
        [
            new(GenAi.Operation, target.Kind.Name()), new(GenAi.Model, target.Model), new(GenAi.Provider, target.Backend),
            new(GenAi.Conversation, session.Id), new("streamactors.trace", trace.Value),
        ]);
        Activity.Current = current;
        if (activity is null)
            return caller;
        _open[trace] = new OpenSpan(activity);
        return activity.Context;
    }

    /// <summary>No session has taken the prompt, and none will.</summary>
    public void NotTaken(TraceId trace)
    {
        if (_open.TryRemove(trace, out var span))
            End(span.Activity, ActivityStatusCode.Error, "not_taken");
    }

    /// <inheritdoc/>
    public void Write(StreamEvent @event)
    {
        if (!_open.TryGetValue(@event.Trace, out var span))
            return;
        var activity = span.Activity;
        switch (@event)
        {
            case StreamEvent.Accepted:
                Add(activity, "accepted");
                break;
            case StreamEvent.Started:
                span.Started = time.GetUtcNow();
                Add(activity, "started");
                break;
            case StreamEvent.Cancelled e:
                Add(activity, "cancelled", [new("reason", e.Reason.Name()), new("superseded_by", e.SupersededBy?.Value)]);
                break;
            case StreamEvent.Dropped e when _open.TryRemove(@event.Trace, out _):
                Add(activity, "dropped", [new("superseded_by", e.SupersededBy?.Value)]);
                End(activity, ActivityStatusCode.Unset, e.Reason.Name());
                break;
            case StreamEvent.Ended e when _open.TryRemove(@event.Trace, out _):
                if (e.TimeToFirstToken is { } first)
                    activity.AddEvent(new ActivityEvent("first_token", FirstToken(span.Started, first, e.Duration)));
                // An end that is not a detachment is told on the proof: connection and response closed, the actor gone.
                Add(activity, e.Outcome == Outcome.Detached ? "detached" : "proof");
                activity.SetTag("streamactors.outcome", e.Outcome.Name());
                activity.SetTag(GenAi.OutputTokens, e.Tokens);
                End(activity, StatusOf(e.Outcome), e.Reason == EndReason.None ? null : e.Reason.Name());
                break;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    /// <summary>What somebody decided is no error.</summary>
    private static ActivityStatusCode StatusOf(Outcome outcome) => outcome switch
    {
        Outcome.Completed => ActivityStatusCode.Ok,
        Outcome.Cancelled => ActivityStatusCode.Unset,
        _ => ActivityStatusCode.Error,
    };

    private static void End(Activity activity, ActivityStatusCode status, string? reason)
    {
        if (reason is not null)
            activity.SetTag(GenAi.ErrorType, reason);
        activity.SetStatus(status, status == ActivityStatusCode.Error ? reason : null);
        var current = Activity.Current;
        activity.Stop();
        Activity.Current = current;
    }

    /// <summary>Reckoned from now, since the stream's own clock began a little before its start was told; never before that.</summary>
    private DateTimeOffset FirstToken(DateTimeOffset started, TimeSpan first, TimeSpan duration)
    {
        var at = time.GetUtcNow() - duration + first;
        return at < started ? started : at;
    }

    private void Add(Activity activity, string name, ActivityTagsCollection? tags = null) =>
        activity.AddEvent(new ActivityEvent(name, time.GetUtcNow(), tags));

    private sealed class OpenSpan(Activity activity)
    {
        public Activity Activity { get; } = activity;

        public DateTimeOffset Started { get; set; }
    }
}
