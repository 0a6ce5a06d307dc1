namespace StreamActors.Streaming;

/// <summary>
/// How far a stream has come: written by its source stage, read by deadlines, the board and the log at any time from any
/// thread. Times are timestamps of the <see cref="TimeProvider"/> given.
/// </summary>
public sealed class StreamProgress(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private long _firstContent;
    private long _lastContent;
    private long _handedOn;
    private long _contents;
    private Protocol.ChoiceTally _finished;
    private long _reportedTokens = -1;

    /// <summary>Tokens of the answer: the backend's own count where it gives one, else the chunks with content.</summary>
    public long Tokens => Volatile.Read(ref _reportedTokens) is >= 0 and var reported ? reported : Volatile.Read(ref _contents);

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>From the start to the first content, or null before it.</summary>
    public TimeSpan? TimeToFirstToken =>
        Volatile.Read(ref _firstContent) is not 0 and var first ? time.GetElapsedTime(_started, first) : null;

    /// <summary>
    /// How long the backend has been waited for since the last content or finish reason, or null before the first. While the client is waited for,
    /// the backend is not asked, and that time is not its own.
    /// </summary>
    public TimeSpan? SinceLastContent
    {
        get
        {
            // In this order: who sees that the client has taken it sees the later last content too.
            var handedOn = Volatile.Read(ref _handedOn);
            if (Volatile.Read(ref _lastContent) is not (not 0 and var last))
                return null;
            return handedOn != 0 ? time.GetElapsedTime(last, handedOn) : time.GetElapsedTime(last);
        }
    }

    /// <summary>What was read goes to the client; the backend is not asked until it has been taken.</summary>
    internal void HandedOn() => Volatile.Write(ref _handedOn, time.GetTimestamp());

    /// <summary>The client has taken it.</summary>
    internal void Taken()
    {
        if (_handedOn == 0)
            return;
        if (_lastContent != 0)
            Volatile.Write(ref _lastContent, _lastContent + time.GetTimestamp() - _handedOn);
        Volatile.Write(ref _handedOn, 0);
    }

    /// <summary>Notes one chunk.</summary>
    internal void Note(in Protocol.ChunkFacts facts)
    {
        if (facts.CompletionTokens is { } tokens)
            Volatile.Write(ref _reportedTokens, tokens);
        // A finish reason is progress too, once for each choice.
        var finishes = _finished.Add(facts.FinishedChoices);
        if (!facts.HasContent && !finishes)
            return;
        var now = time.GetTimestamp();
        Volatile.Write(ref _lastContent, now);
        if (!facts.HasContent)
            return;
        if (_contents == 0)
            Volatile.Write(ref _firstContent, now);
        Volatile.Write(ref _contents, _contents + 1);
    }
}
