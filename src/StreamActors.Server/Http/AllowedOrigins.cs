namespace StreamActors.Server.Http;

/// <summary>The web pages of <c>Server:AllowedOrigins</c>, for a page's request and for the question that its browser asks first.</summary>
/// <param name="entries">Checked entries.</param>
internal sealed class AllowedOrigins(IEnumerable<string> entries)
{
    private readonly List<OriginPattern> _patterns = [.. entries.Select(e => OriginPattern.Parse(e, out _)).OfType<OriginPattern>()];

    /// <summary>Entries that let in pages of everybody.</summary>
    public IEnumerable<string> Open => _patterns.Where(p => p.IsOpen).Select(p => p.ToString());

    /// <summary>Whether a page of this origin may call.</summary>
    public bool Allows(string origin) => _patterns.Exists(p => p.Matches(origin));

    /// <summary>Whether a <c>Host</c> is one of theirs.</summary>
    public bool NamesHost(string host) => _patterns.Exists(p => p.NamesHost(host));
}
