namespace StreamActors.Server.Http;

/// <summary>Whether this server takes prompts.</summary>
internal sealed class ServerState
{
    private volatile bool _draining;

    /// <summary>No new prompts are taken.</summary>
    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }
}
