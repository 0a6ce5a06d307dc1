using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Ollama;

/// <summary>The real server with a scripted Ollama behind it, which serves the model <c>m</c>.</summary>
public sealed class ServerWithOllama : ServerWithUpstream
{
    public ServerWithOllama()
    {
    }

    /// <param name="settings">More settings.</param>
    internal ServerWithOllama(params (string Key, string Value)[] settings) : base(settings)
    {
    }

    protected override (string Key, string Value)[] Backend => [("Backends:up:Type", "Ollama"), ("Backends:up:Url", Upstream.Address)];
}
