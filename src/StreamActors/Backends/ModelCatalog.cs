using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>A model and who serves it.</summary>
public sealed record ModelRoute(string Model, string Backend);

/// <summary>
/// Which backend serves which model. A backend without configured models is asked for its list: at most every thirty seconds (five after a
/// failure), and for a name that no backend is known to serve at once, but at most once a second. Where two serve the same name, the first
/// by backend name wins. A request waits at most 0.8 s for a silent backend; only a name that is still unknown waits for a first answer as long
/// as its <c>ConnectTimeout</c>.
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
        _lists = [.. registry.All.Select(b =>
            new ModelList(b, options[b.Name], time, troubles ?? new BackendTroubles(), registry.LoadOf(b.Name).Prompts))];
        Reach = new BackendReaches(_lists);
    }

    /// <summary>Which backends can be reached.</summary>
    public BackendReaches Reach { get; }

    /// <summary>All models that can be named now, with what their servers say of them; what a silent server last said.</summary>
    public async Task<IReadOnlyList<ListedModel>> DescribeAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_lists.Select(l => l.SettleAsync(again: false, ModelList.Patience, cancellation)));
        return [.. Known().Select(Describe)];
    }

    /// <summary>A model with what its server says of it. Waits at most 0.8 s for that.</summary>
    public async Task<ListedModel> DescribeAsync(ModelRoute route, CancellationToken cancellation)
    {
        await Task.WhenAll(_lists.Where(l => l.Backend == route.Backend).Select(l => l.SettleAsync(again: false, ModelList.Patience, cancellation)));
        return Describe(route);
    }

    /// <summary>All models that can be named now. Waits at most 0.8 s for backends whose last answer is old.</summary>
    public async Task<IReadOnlyList<ModelRoute>> ListAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(Asked.Select(l => l.SettleAsync(again: false, ModelList.Patience, cancellation)));
        return Known();
    }

    /// <summary>All models that are known now, without asking a backend.</summary>
    public IReadOnlyList<ModelRoute> Known() =>
        [.. _lists.SelectMany(l => l.Known.Entries.Select(m => new ModelRoute(m.Name, l.Backend))).DistinctBy(r => r.Model)];

    /// <summary>
    /// Which backend serves the name: a model, or a backend's name for its default model; null or empty: the default model, or the
    /// first one. Null: none does. A name that is not known is asked for at every backend that is asked for its models.
    /// </summary>
    public async Task<ModelRoute?> ResolveAsync(string? name, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(name) && _defaultModel is null)
            return await FirstAsync(cancellation);
        if (Find(name) is { } known)
            return known;
        await foreach (var _ in Task.WhenEach(Asked.Select(l => l.SettleFirstAsync(again: true, cancellation))))
        {
            if (Find(name) is { } found)
                return found;
        }

        cancellation.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>Which backend is known to serve the name, as above, without a wait; null: none is.</summary>
    public ModelRoute? Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
            name = _defaultModel;
        if (name is null)
            return Known().FirstOrDefault();
        if (Exactly(name, _lists.Where(l => l.IsConfigured)) is { } configured)
            return configured;
        if (_options.TryGetValue(name, out var backend) && (backend.DefaultModel ?? backend.Models.FirstOrDefault()) is { } model)
            return new ModelRoute(model, name);
        // What a list last held is good enough to go on: no prompt waits for a backend that is slow to say what it has.
        foreach (var list in Asked)
            list.Refresh();
        return Exactly(name, Asked)
            ?? _lists.Select(l => l.Known.Meant(name) is { } meant ? new ModelRoute(meant.Name, l.Backend) : null).FirstOrDefault(r => r is not null);
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

    private ListedModel Describe(ModelRoute route) => new(
        route,
        _lists.FirstOrDefault(l => l.Backend == route.Backend)?.Last?.Models.Meant(route.Model) is { } entry ? entry with { Name = route.Model } : route.Model);

    private IEnumerable<ModelList> Asked => _lists.Where(l => !l.IsConfigured);

    private static ModelRoute? Exactly(string name, IEnumerable<ModelList> lists) =>
        lists.FirstOrDefault(l => l.Known.Exactly(name) is not null) is { } list ? new ModelRoute(name, list.Backend) : null;

    /// <summary>The first model of the first backend that has one; one that was silent before is not waited for.</summary>
    private async Task<ModelRoute?> FirstAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(Asked.Where(l => l.Last is null).Select(l => l.SettleAsync(again: false, ModelList.Patience, cancellation)));
        foreach (var list in Asked)
            list.Refresh();
        return Known() is [var first, ..] ? first : (await ListAsync(cancellation)).FirstOrDefault();
    }
}
