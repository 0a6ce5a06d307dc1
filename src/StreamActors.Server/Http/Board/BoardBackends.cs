using StreamActors.Backends;

namespace StreamActors.Server.Http.Board;

/// <summary>The backends' state. Looking waits for none of them: who can be reached is asked for beside, and told when it is known.</summary>
internal sealed class BoardBackends(BackendRegistry registry, ModelCatalog models, TimeProvider time)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<IReadOnlyDictionary<string, BackendReach>>? _asking;
    private IReadOnlyDictionary<string, BackendReach> _reach = new Dictionary<string, BackendReach>();
    private long _asked;

    /// <summary>By name.</summary>
    public IReadOnlyList<BoardBackend> Look()
    {
        var reach = Reach();
        return [.. registry.All.Select(b => b.Name).Order(StringComparer.Ordinal).Select(name =>
        {
            var counters = registry.LoadOf(name).Counters;
            return new BoardBackend(
                name, reach.TryGetValue(name, out var known) ? known.State != ReachState.Unreachable : null, counters.Running, counters.Waiting, counters.Detached);
        })];
    }

    private IReadOnlyDictionary<string, BackendReach> Reach()
    {
        lock (_lock)
        {
            if (_asking is { IsCompletedSuccessfully: true })
                _reach = _asking.GetAwaiter().GetResult();
            if (_asking is null || (_asking.IsCompleted && time.GetElapsedTime(_asked) >= AskEvery))
                (_asking, _asked) = (models.Reach.CheckAsync(CancellationToken.None), time.GetTimestamp());
            return _reach;
        }
    }
}
