using StreamActors.Protocol;
using StreamActors.Telemetry;

namespace StreamActors.Sessions;

/// <summary>What a session says of itself: the stream log's lines and its view in the directory.</summary>
internal sealed class SessionReporter(SessionKey key, SessionResources resources)
{
    private readonly Dictionary<TraceId, long> _acceptedAt = [];
    private (TraceId Trace, StreamEnding Ending)? _last;
    private bool _gaveWay;

    public void Accepted(Prompt prompt)
    {
        _acceptedAt[prompt.Trace] = resources.Time.GetTimestamp();
        Write(new StreamEvent.Accepted(prompt.Trace, key, prompt.Request.Model)
        {
            Backend = prompt.Request.Backend,
            CallerTrace = prompt.CallerTrace,
            Client = prompt.Client,
        });
    }

    public void Dropped(Prompt prompt, EndReason reason, TraceId? supersededBy)
    {
        _acceptedAt.Remove(prompt.Trace);
        Write(new StreamEvent.Dropped(prompt.Trace, key, reason, supersededBy));
    }

    public void Started(RunningGeneration generation)
    {
        var prompt = generation.Prompt;
        if (_acceptedAt.Remove(prompt.Trace, out var accepted))
            generation.Waited = resources.Time.GetElapsedTime(accepted);
        generation.TookOver = _gaveWay;
        Write(new StreamEvent.Started(prompt.Trace, key, prompt.Request.Model, prompt.Request.Backend));
    }

    public void Cancelled(RunningGeneration generation, EndReason reason, TraceId? supersededBy) =>
        Write(new StreamEvent.Cancelled(generation.Prompt.Trace, key, reason, supersededBy));

    public void Ended(RunningGeneration generation, StreamEnding ending)
    {
        var progress = generation.Progress;
        _last = (generation.Prompt.Trace, ending);
        Write(new StreamEvent.Ended(
            generation.Prompt.Trace, key, ending.Outcome, ending.Reason, progress.Tokens, progress.TimeToFirstToken, progress.Elapsed)
        {
            Target = StreamTarget.Of(generation.Prompt.Request),
            Waited = generation.Waited,
            TookOver = generation.TookOver,
        });
    }

    public void FinishedCleanly(RunningGeneration generation)
    {
        _gaveWay = true;
        Write(new StreamEvent.FinishedCleanly(generation.Prompt.Trace, key, SinceStop(generation)));
    }

    public void TimedOutOnCancel(RunningGeneration generation, TraceId? supersededBy)
    {
        _gaveWay = supersededBy is not null;
        Write(new StreamEvent.TimedOutOnCancel(generation.Prompt.Trace, key, resources.Options.CancelGrace) { SupersededBy = supersededBy });
    }

    public void DetachedEnded(RunningGeneration generation) =>
        Write(new StreamEvent.DetachedEnded(generation.Prompt.Trace, key, SinceStop(generation)));

    public void Receipt(Receipt receipt) => Write(new StreamEvent.ReceiptGiven(receipt.Trace ?? default, key, receipt.Outcome));

    /// <summary>The turn is over: shows the session as it is now.</summary>
    public void Publish(SessionState state, RunningGeneration? running)
    {
        // Whoever starts in the turn in which another gave way has its place; whoever starts later found it free.
        _gaveWay = false;
        resources.Directory.Publish(new SessionView(
            key, state.Phase, running?.Prompt.Trace, running?.Prompt.Request.Model, running?.Started, running?.Progress,
            state.Next?.Trace, _last?.Trace, _last?.Ending)
        {
            Backend = running?.Prompt.Request.Backend,
        });
    }

    /// <summary>The session is gone.</summary>
    public void Gone() => resources.Directory.Remove(key);

    private TimeSpan SinceStop(RunningGeneration generation) => resources.Time.GetElapsedTime(generation.StoppedAt);

    private void Write(StreamEvent @event) => resources.Log.Write(@event);
}
