namespace StreamActors.Backends;

/// <summary>The models of one list, by name. A name that stands there twice counts once.</summary>
internal sealed class ModelIndex
{
    /// <summary>Nothing.</summary>
    public static readonly ModelIndex Empty = new([]);

    private readonly Dictionary<string, ModelEntry> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModelEntry> _byShortName = new(StringComparer.Ordinal);

    public ModelIndex(IEnumerable<ModelEntry> entries)
    {
        Entries = [.. entries.Where(e => _byName.TryAdd(e.Name, e))];
        foreach (var entry in Entries)
            _byShortName.TryAdd(ModelNames.Short(entry.Name).ToString(), entry);
    }

    /// <summary>All of them, in the list's order.</summary>
    public IReadOnlyList<ModelEntry> Entries { get; }

    /// <summary>The one of exactly that name, or null.</summary>
    public ModelEntry? Exactly(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The first that the name means, or null.</summary>
    public ModelEntry? Meant(string name) => Exactly(name) ?? _byShortName.GetValueOrDefault(ModelNames.Short(name).ToString());
}
