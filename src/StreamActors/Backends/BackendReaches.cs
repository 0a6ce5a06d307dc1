namespace StreamActors.Backends;

/// <summary>Which backends can be reached, by what they last said and how their last prompts fared.</summary>
public sealed class BackendReaches
{
    /// <summary>A health check must be quick: what is known of a backend counts while it takes longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly BackendReach Unknown = new(ReachState.Unreachable, "The model server has not answered yet.");

    private readonly IReadOnlyList<ModelList> _lists;

    internal BackendReaches(IReadOnlyList<ModelList> lists) => _lists = lists;

    /// <summary>All backends by name. Those whose last answer is old are asked again; the wait is at most half a second.</summary>
    public async Task<IReadOnlyDictionary<string, BackendReach>> CheckAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_lists.Select(l => l.SettleAsync(again: false, Patience, cancellation)));
        return _lists.ToDictionary(l => l.Backend, l => l.Reach ?? Unknown);
    }

    /// <summary>The same as last known, without waiting; null: a backend that has not been asked before, and is now.</summary>
    public IEnumerable<(string Backend, BackendReach? Reach)> LastKnown()
    {
        foreach (var list in _lists)
        {
            list.Refresh();
            yield return (list.Backend, list.Reach);
        }
    }

    /// <summary>The backends that would have to be asked for their models, and did not answer when they were.</summary>
    public IReadOnlyList<string> Unasked => [.. _lists.Where(l => !l.IsConfigured && l.Last is not { IsAnswer: true }).Select(l => l.Backend)];

    /// <summary>The backends whose models are not configured, and that do not list them.</summary>
    public IReadOnlyList<string> Unlisted => [.. _lists.Where(l => l is { IsConfigured: false, Last.How: ModelAnswerKind.Refused }).Select(l => l.Backend)];
}
