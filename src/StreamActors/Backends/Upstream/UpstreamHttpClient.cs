namespace StreamActors.Backends.Upstream;

/// <summary>The client of one backend.</summary>
/// <param name="name">The backend's configured name, for sentences that name its settings.</param>
/// <param name="handler">Its connections.</param>
internal sealed class UpstreamHttpClient(string name, HttpMessageHandler handler) : HttpClient(handler)
{
    /// <summary>The backend's configured name.</summary>
    public string Name { get; } = name;
}
