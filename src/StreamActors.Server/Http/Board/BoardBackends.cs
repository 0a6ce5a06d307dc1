using StreamActors.Backends;

namespace StreamActors.Server.Http.Board;

/// <summary>The backends' state as last known. Looking waits for none of them: one whose answer has got old is asked beside.</summary>
internal sealed class BoardBackends(BackendRegistry registry, ModelCatalog models)
{
    /// <summary>By name.</summary>
    public IReadOnlyList<BoardBackend> Look() =>
    [
        .. models.Reach.LastKnown().OrderBy(known => known.Backend, StringComparer.Ordinal).Select(known =>
        {
            var counters = registry.LoadOf(known.Backend).Counters;
            return new BoardBackend(
                known.Backend, known.Reach is { } reach ? reach.State != ReachState.Unreachable : null, counters.Running, counters.Waiting, counters.Detached);
        }),
    ];
}
