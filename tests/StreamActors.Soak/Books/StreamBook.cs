namespace StreamActors.Soak.Books;

/// <summary>What the log says of one stream.</summary>
public sealed class StreamBook(LogLine accepted)
{
    public string Trace { get; } = accepted.Trace;

    public string Session { get; } = accepted.Session;

    public LogLine? Started { get; set; }

    public LogLine? Dropped { get; set; }

    public LogLine? Cancelled { get; set; }

    public LogLine? TimedOut { get; set; }

    public LogLine? Ended { get; set; }

    public LogLine? FinishedCleanly { get; set; }

    public LogLine? DetachedEnded { get; set; }

    public string? Outcome => Ended?["outcome"];

    /// <summary>Why it was dropped or ended.</summary>
    public string? Reason => (Dropped ?? Ended)?.Reason;

    /// <summary>A newer prompt stopped it, so its end has to be confirmed before the next start.</summary>
    public bool OwesProof => Cancelled?.Reason == "registry_new_stream" && FinishedCleanly is null && TimedOut is null;
}
