using StreamActors.Ops.Client;

namespace StreamActors.Ops.Top;

/// <summary>What one look at the server gave.</summary>
internal sealed record Snapshot(Figures Figures, IReadOnlyList<Backend> Backends, SessionList Streams, IReadOnlyList<Event> Events, TimeSpan At);

/// <summary>What the live view knows: the newest look, what failed since, and how the rates went.</summary>
internal sealed class TopState(Uri url)
{
    private const int Kept = 40;

    private readonly Queue<double> _prompts = new(Kept);
    private readonly Queue<double> _tokens = new(Kept);

    public Uri Url => url;

    /// <summary>The newest look; null before the first.</summary>
    public Snapshot? Latest { get; private set; }

    /// <summary>Why the last look failed, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>Prompts a second between the looks.</summary>
    public IReadOnlyCollection<double> Prompts => _prompts;

    /// <summary>Tokens a second between the looks.</summary>
    public IReadOnlyCollection<double> Tokens => _tokens;

    public void Saw(Snapshot snapshot)
    {
        // A server that was started again counts from zero.
        if (Latest is { } before && snapshot.Figures.UptimeS > before.Figures.UptimeS && snapshot.At > before.At)
        {
            var seconds = (snapshot.At - before.At).TotalSeconds;
            Add(_prompts, (snapshot.Figures.Accepted - before.Figures.Accepted) / seconds);
            Add(_tokens, (snapshot.Figures.Tokens - before.Figures.Tokens) / seconds);
        }

        (Latest, Failure) = (snapshot, null);
    }

    public void Failed(string why) => Failure = why;

    private static void Add(Queue<double> history, double value)
    {
        if (history.Count == Kept)
            history.Dequeue();
        history.Enqueue(Math.Max(0, value));
    }
}
