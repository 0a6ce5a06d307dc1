namespace StreamActors.Backends.Upstream;

/// <summary>One sending of one request: which connection it went over, and whether that said a word.</summary>
internal sealed class UpstreamAttempt
{
    private static readonly AsyncLocal<UpstreamAttempt?> Running = new();

    private UpstreamConnection? _connection;
    private bool _isReused;
    private int _readsAllowed;

    /// <summary>The sending that the current code belongs to, or null.</summary>
    public static UpstreamAttempt? Current => Running.Value;

    /// <summary>
    /// It went over a connection that had carried a request before, and not one byte of an answer came: the server had closed it, or was about to, and has not
    /// looked at the request. On a fresh connection the same would be the server's answer.
    /// </summary>
    public bool WasStale => _isReused && _connection!.Reads <= _readsAllowed;

    /// <summary>Begins one, for the rest of the calling method.</summary>
    public static UpstreamAttempt Begin() => Running.Value = new UpstreamAttempt();

    /// <summary>Its first bytes are written.</summary>
    /// <param name="connection">Over which.</param>
    /// <param name="isReused">It has carried another request before.</param>
    /// <param name="readsAllowed">How many real reads it will have begun by then where not one byte of the answer comes.</param>
    public void GoesOver(UpstreamConnection connection, bool isReused, int readsAllowed) =>
        (_connection, _isReused, _readsAllowed) = (connection, isReused, readsAllowed);
}
