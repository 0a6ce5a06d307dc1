using StreamActors.Backends;

namespace StreamActors.Server.Http.Board;

/// <summary>The backends' state. Looking waits for none of them: who can be reached is asked for beside, and told when it is known.</summary>
internal sealed class BoardBackends(BackendRegistry registry, ModelCatalog models, TimeProvider time)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task<IReadOnlyDictionary<string, bool>>? _asking;
    private IReadOnlyDictionary<string, bool> _reachable = new Dictionary<string, bool>();
    private long _asked;

    /// <summary>By name.</summary>
    public IReadOnlyList<BoardBackend> Look()
    {
        var reachable = Reachable();
        return [.. registry.All.Select(b => b.Name).Order(StringComparer.Ordinal).Select(name =>
        {
            var counters = registry.LoadOf(name).Counters;
            return new BoardBackend(
                name, reachable.TryGetValue(name, out var known) ? known : null, counters.Running, counters.Waiting, counters.Detached);
        })];
    }

    private IReadOnlyDictionary<string, bool> Reachable()
    {
        lock (_lock)
        {
            if (_asking is { IsCompletedSuccessfully: true })
                _reachable = _asking.GetAwaiter().GetResult();
            if (_asking is null || (_asking.IsCompleted && time.GetElapsedTime(_asked) >= AskEvery))
                (_asking, _asked) = (models.CheckAsync(CancellationToken.None), time.GetTimestamp());
            return _reachable;
        }
    }
}
