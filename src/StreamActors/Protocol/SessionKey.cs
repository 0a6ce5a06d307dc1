namespace StreamActors.Protocol;

/// <summary>
/// What names a session: the API key's name that made it and the id the client chose. Two owners may use the same id;
/// they are different sessions.
/// </summary>
/// <param name="Owner">The configured name of the API key.</param>
/// <param name="Id">1 to 128 of <c>A-Z a-z 0-9 . _ : -</c>.</param>
public readonly record struct SessionKey(string Owner, string Id)
{
    /// <summary>The longest session id, in characters.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Whether a text may be a session id. <c>.</c> and <c>..</c> may not: no URL can name them.</summary>
    public static bool IsValidId(string? id) =>
        id is { Length: >= 1 and <= MaxIdLength }
        && id is not ("." or "..")
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');

    /// <summary>
    /// One text for both parts that is also a legal actor name and can be the entity id of a shard. An escaped owner holds
    /// no <c>!</c> and neither does an id, so different keys never give the same text.
    /// </summary>
    public string EntityId => $"{Uri.EscapeDataString(Owner)}!{Id}";

    /// <inheritdoc/>
    public override string ToString() => EntityId;
}
