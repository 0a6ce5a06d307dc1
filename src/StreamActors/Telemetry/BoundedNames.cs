using System.Collections.Concurrent;

namespace StreamActors.Telemetry;

/// <summary>
/// Keeps the values of a label bounded: the first so many names stand for themselves, all further ones for <see cref="Other"/>.
/// </summary>
/// <param name="most">How many names stand for themselves.</param>
public sealed class BoundedNames(int most)
{
    /// <summary>Stands for every name too many, by OpenTelemetry's convention.</summary>
    public const string Other = "_OTHER";

    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    private int _taken;

    /// <summary>The name as it may stand in a label.</summary>
    public string Of(string name)
    {
        if (_known.TryGetValue(name, out var known))
            return known;
        if (Volatile.Read(ref _taken) >= most)
            return Other;
        // Two that come at once with new names may leave the last place empty; none takes one too many.
        return Interlocked.Increment(ref _taken) <= most ? _known.GetOrAdd(name, name) : Other;
    }
}
