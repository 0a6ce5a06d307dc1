using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>A model and who serves it.</summary>
public sealed record ModelRoute(string Model, string Backend);

/// <summary>
/// Which backend serves which model. A backend without configured models is asked for its list, at most every thirty
/// seconds (five after a failure). Where two serve the same name, the first by backend name wins.
/// </summary>
public sealed class ModelCatalog
{
    private readonly BackendRegistry _registry;
    private readonly IReadOnlyList<ModelList> _lists;
    private readonly IReadOnlyDictionary<string, BackendOptions> _options;
    private readonly string? _defaultModel;

    /// <param name="registry">The backends.</param>
    /// <param name="options">Their configuration, by name.</param>
    /// <param name="defaultModel">The model meant by requests that name none.</param>
    /// <param name="time">For the age of asked lists.</param>
    /// <param name="troubles">Told why a backend could not be asked; null: it is not told.</param>
    public ModelCatalog(
        BackendRegistry registry,
        IReadOnlyDictionary<string, BackendOptions> options,
        string? defaultModel,
        TimeProvider time,
        BackendTroubles? troubles = null)
    {
        (_registry, _options, _defaultModel) = (registry, options, defaultModel);
        _lists = [.. registry.All.Select(b => new ModelList(b, options[b.Name], time, troubles ?? new BackendTroubles()))];
    }

    /// <summary>All models that can be named now.</summary>
    public async Task<IReadOnlyList<ModelRoute>> ListAsync(CancellationToken cancellation)
    {
        var lists = await Task.WhenAll(_lists.Select(l => l.GetAsync(cancellation)));
        return [.. lists.Zip(_lists, (models, list) => models.Select(m => new ModelRoute(m, list.Backend)))
            .SelectMany(routes => routes).DistinctBy(r => r.Model)];
    }

    /// <summary>
    /// Who answers for the name: a model, or a backend's name for its default model; null or empty: the default model, or the
    /// first there is.
    /// Null where nobody does. Asks only as many backends as it takes, and none where one is known to have it.
    /// </summary>
    public async Task<ModelRoute?> ResolveAsync(string? name, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(name))
            name = _defaultModel;
        if (name is null)
            return (await ListAsync(cancellation)).FirstOrDefault();
        if (_lists.FirstOrDefault(l => l.Configured.Contains(name)) is { } configured)
            return new ModelRoute(name, configured.Backend);
        if (_options.TryGetValue(name, out var backend) && (backend.DefaultModel ?? backend.Models.FirstOrDefault()) is { } model)
            return new ModelRoute(model, name);
        // What a list last held is good enough to go on: no prompt waits for a backend that is slow to say what it has.
        var asked = _lists.Where(l => l.Configured.Count == 0).ToList();
        var found = asked.FirstOrDefault(l => l.Remembered.Contains(name));
        for (var i = 0; found is null && i < asked.Count; i++)
            found = (await asked[i].GetAsync(cancellation)).Contains(name) ? asked[i] : null;
        return found is null ? null : new ModelRoute(name, found.Backend);
    }

    /// <summary>Whether the one who answers for a model takes requests of that kind.</summary>
    public bool Offers(ModelRoute route, RequestKind kind) => _registry.Get(route.Backend).Offers(kind);

    /// <summary>The one who answers for a model, if it is an Ollama by its own protocol; else null.</summary>
    public IOllamaModels? OllamaOf(ModelRoute route) => _registry.Get(route.Backend) as IOllamaModels;

    /// <summary>All backends that are.</summary>
    public IEnumerable<IOllamaModels> Ollamas => _registry.All.OfType<IOllamaModels>();

    /// <summary>Lets the one who answers refuse what it can never answer.</summary>
    /// <exception cref="BackendException">The caller's fault.</exception>
    public void Check(ChatRequest request) => _registry.Get(request.Backend).Check(request);

    /// <summary>The backends that would have to be asked for their models and cannot be reached, by name.</summary>
    public async Task<IReadOnlyList<string>> UnaskableAsync(CancellationToken cancellation) =>
        [.. (await ReachAsync(_lists.Where(l => l.Configured.Count == 0), cancellation)).Where(b => !b.Value).Select(b => b.Key)];

    /// <summary>Which backends can be reached, by name; asked lists are as old as said above.</summary>
    public Task<IReadOnlyDictionary<string, bool>> CheckAsync(CancellationToken cancellation) => ReachAsync(_lists, cancellation);

    /// <summary>The same as last known, without waiting; null: a backend that has not been asked before, and is now.</summary>
    public IEnumerable<(string Backend, bool? Reachable)> LastKnown() => _lists.Select(l => (l.Backend, l.LastReachable));

    private static async Task<IReadOnlyDictionary<string, bool>> ReachAsync(IEnumerable<ModelList> lists, CancellationToken cancellation)
    {
        var reached = await Task.WhenAll(lists.Select(async l => (l.Backend, Reachable: await l.IsReachableAsync(cancellation))));
        return reached.ToDictionary(r => r.Backend, r => r.Reachable);
    }
}
