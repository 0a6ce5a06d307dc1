namespace StreamActors.Server.Tests.Clients;

/// <summary>What a client library is told to send.</summary>
internal sealed record ClientRequest(
    string Url, string Prompt, bool Stream = true, string Model = "m", string? Session = null, bool Tools = false, string Key = "devkey")
{
    /// <summary>How often the library may try again; null: as it does by default.</summary>
    public int? Retries { get; init; }

    /// <summary>Lists the models in place of asking one.</summary>
    public bool List { get; init; }

    /// <summary>Over HTTP/2, which libraries that can speak both do not choose by themselves.</summary>
    public bool Http2 { get; init; }

    /// <summary>How often the prompt is repeated.</summary>
    public int Repeat { get; init; } = 1;
}
