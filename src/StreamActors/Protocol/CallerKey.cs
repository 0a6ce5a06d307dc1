namespace StreamActors.Protocol;

/// <summary>
/// A caller's own key on its way to a backend that is to have it. Whoever prints it, or a request that holds it, prints no key.
/// </summary>
public sealed class CallerKey(string key)
{
    /// <summary>The key itself.</summary>
    public string Reveal() => key;

    /// <inheritdoc/>
    public override string ToString() => "(hidden)";
}
