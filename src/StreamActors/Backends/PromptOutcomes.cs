using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>How the last prompt to a backend fared.</summary>
internal enum PromptOutcome
{
    /// <summary>There was none yet that says anything.</summary>
    None,
    /// <summary>The backend answered it.</summary>
    Answered,
    /// <summary>It could not be delivered.</summary>
    Undelivered,
    /// <summary>The backend did not take the key that it is configured with.</summary>
    KeyRefused,
}

/// <summary>
/// What the outcomes of real prompts say of a backend: they are the better witnesses, since a server may give its list and refuse prompts, or
/// refuse the list and answer prompts.
/// </summary>
/// <param name="time">Dates the outcomes.</param>
internal sealed class PromptOutcomes(TimeProvider time)
{
    /// <summary>How long an outcome counts: callers must not be kept away from a backend for ever.</summary>
    private static readonly TimeSpan CountsFor = TimeSpan.FromMinutes(1);

    private const int Unauthorized = 401;

    private readonly Lock _lock = new();
    private PromptOutcome _last;
    private long _at;
    private bool _listedSince;
    private bool _contradicts;

    /// <summary>The last outcome while it counts, its time, and whether the list contradicts it: it was given between two prompts that could not be delivered.</summary>
    public (PromptOutcome Outcome, long At, bool Contradicts) Last
    {
        get
        {
            lock (_lock)
            {
                return _last == PromptOutcome.None || time.GetElapsedTime(_at) > CountsFor ? default : (_last, _at, _contradicts);
            }
        }
    }

    /// <summary>The backend has begun to answer.</summary>
    public void Answered() => Note(PromptOutcome.Answered);

    /// <summary>A prompt failed. What says nothing of whether others will changes nothing.</summary>
    /// <param name="failure">How.</param>
    /// <param name="withCallersKey">It went with its caller's key.</param>
    public void Failed(Exception failure, bool withCallersKey)
    {
        if (failure is not BackendException known)
            return;
        if (known.Reason == EndReason.BackendUnreachable)
            Note(PromptOutcome.Undelivered);
        else if (known.Status == Unauthorized && !withCallersKey)
            Note(PromptOutcome.KeyRefused);
        else if (known.Status is { } status && status != Unauthorized && !ModelAnswer.MeansAway(status))
            Note(PromptOutcome.Answered); // a refusal is an answer too
    }

    /// <summary>The backend has given its list.</summary>
    public void Listed()
    {
        lock (_lock)
        {
            _listedSince = true;
        }
    }

    private void Note(PromptOutcome outcome)
    {
        lock (_lock)
        {
            _contradicts = outcome == PromptOutcome.Undelivered && _last == outcome && (_listedSince || _contradicts);
            (_last, _at, _listedSince) = (outcome, time.GetTimestamp(), false);
        }
    }
}
