using StreamActors.Backends.Demo;
using StreamActors.Backends.OpenAiCompatible;

namespace StreamActors.Backends;

/// <summary>The configured backends by name, in the order of the configuration.</summary>
public sealed class BackendRegistry(IEnumerable<IBackend> backends) : IDisposable
{
    private readonly Dictionary<string, IBackend> _byName = backends.ToDictionary(b => b.Name, StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<IBackend> All => _byName.Values;

    /// <summary>The backend of a name that <see cref="ModelCatalog"/> gave out.</summary>
    /// <exception cref="KeyNotFoundException">No such backend is configured.</exception>
    public IBackend Get(string name) => _byName[name];

    /// <summary>Makes what the configuration says.</summary>
    public static BackendRegistry Create(IReadOnlyDictionary<string, BackendOptions> options, TimeProvider time) =>
        new(options.Select(o => Create(o.Key, o.Value, time)));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var backend in _byName.Values.OfType<IDisposable>())
            backend.Dispose();
    }

    private static IBackend Create(string name, BackendOptions options, TimeProvider time) => options.Type switch
    {
        BackendType.Demo => new DemoBackend(name, options, time),
        BackendType.OpenAiCompatible => new OpenAiCompatibleBackend(name, options),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Type, "No such backend type."),
    };
}
