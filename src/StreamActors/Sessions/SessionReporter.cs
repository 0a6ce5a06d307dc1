using StreamActors.Protocol;
using StreamActors.Telemetry;

namespace StreamActors.Sessions;

/// <summary>What a session says of itself: the stream log's lines and its view in the directory.</summary>
internal sealed class SessionReporter(SessionKey key, SessionResources resources)
{
    private (TraceId Trace, StreamEnding Ending)? _last;

    public void Accepted(Prompt prompt) => Write(new StreamEvent.Accepted(prompt.Trace, key, prompt.Request.Model));

    public void Dropped(Prompt prompt, EndReason reason, TraceId? supersededBy) =>
        Write(new StreamEvent.Dropped(prompt.Trace, key, reason, supersededBy));

    public void Started(Prompt prompt) =>
        Write(new StreamEvent.Started(prompt.Trace, key, prompt.Request.Model, prompt.Request.Backend));

    public void Cancelled(RunningGeneration generation, EndReason reason, TraceId? supersededBy) =>
        Write(new StreamEvent.Cancelled(generation.Prompt.Trace, key, reason, supersededBy));

    public void Ended(RunningGeneration generation, StreamEnding ending)
    {
        var progress = generation.Progress;
        _last = (generation.Prompt.Trace, ending);
        Write(new StreamEvent.Ended(
            generation.Prompt.Trace, key, ending.Outcome, ending.Reason, progress.Tokens, progress.TimeToFirstToken, progress.Elapsed));
    }

    public void FinishedCleanly(RunningGeneration generation) =>
        Write(new StreamEvent.FinishedCleanly(generation.Prompt.Trace, key, SinceStop(generation)));

    public void TimedOutOnCancel(RunningGeneration generation) =>
        Write(new StreamEvent.TimedOutOnCancel(generation.Prompt.Trace, key, resources.Options.CancelGrace));

    public void DetachedEnded(RunningGeneration generation) =>
        Write(new StreamEvent.DetachedEnded(generation.Prompt.Trace, key, SinceStop(generation)));

    /// <summary>Shows the session as it is now.</summary>
    public void Publish(SessionState state, RunningGeneration? running) => resources.Directory.Publish(new SessionView(
        key, state.Phase, running?.Prompt.Trace, running?.Prompt.Request.Model, running?.Started, running?.Progress,
        state.Next?.Trace, _last?.Trace, _last?.Ending)
    {
        Backend = running?.Prompt.Request.Backend,
    });

    /// <summary>The session is gone.</summary>
    public void Gone() => resources.Directory.Remove(key);

    private TimeSpan SinceStop(RunningGeneration generation) => resources.Time.GetElapsedTime(generation.StoppedAt);

    private void Write(StreamEvent @event) => resources.Log.Write(@event);
}
