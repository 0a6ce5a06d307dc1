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
    private long _contents;
    private long _reportedTokens = -1;

    /// <summary>Tokens of the answer: the backend's own count where it gives one, else the chunks with content.</summary>
    public long Tokens => Volatile.Read(ref _reportedTokens) is >= 0 and var reported ? reported : Volatile.Read(ref _contents);

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>From the start to the first content, or null before it.</summary>
    public TimeSpan? TimeToFirstToken =>
        Volatile.Read(ref _firstContent) is not 0 and var first ? time.GetElapsedTime(_started, first) : null;

    /// <summary>Since the last content, or null before the first.</summary>
    public TimeSpan? SinceLastContent => Volatile.Read(ref _lastContent) is not 0 and var last ? time.GetElapsedTime(last) : null;

    /// <summary>Notes one chunk.</summary>
    internal void Note(in Protocol.ChunkFacts facts)
    {
        if (facts.CompletionTokens is { } tokens)
            Volatile.Write(ref _reportedTokens, tokens);
        if (!facts.HasContent)
            return;
        var now = time.GetTimestamp();
        if (_contents == 0)
            Volatile.Write(ref _firstContent, now);
        Volatile.Write(ref _lastContent, now);
        Volatile.Write(ref _contents, _contents + 1);
    }
}
