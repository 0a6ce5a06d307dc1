using System.IO.Pipelines;

namespace StreamActors.Streaming;

/// <summary>The connection side of a response: what the HTTP layer lends to an <see cref="OpenResponse"/>.</summary>
public interface IResponseEndpoint
{
    /// <summary>Commits status and headers of a successful answer and gives the body's writer. Called at most once.</summary>
    /// <param name="headers">What the backend said that is for the caller.</param>
    PipeWriter Begin(IReadOnlyList<KeyValuePair<string, string>> headers);

    /// <summary>The client took no data for the whole write timeout. Called at most once, from any thread.</summary>
    void ReportTooSlow();
}

/// <summary>How a response is written.</summary>
/// <param name="Chunks">What the chunks become.</param>
/// <param name="Heartbeat">A heartbeat, where the format has one, goes out after this long without a byte.</param>
/// <param name="WriteTimeout">How long the client may take no data.</param>
public sealed record ResponseFormat(IChunkFormat Chunks, TimeSpan Heartbeat, TimeSpan WriteTimeout);

/// <summary>What became of a response's last bytes.</summary>
public enum Delivery
{
    /// <summary>The client's connection took them.</summary>
    Delivered,
    /// <summary>The client's connection was gone.</summary>
    ClientGone,
    /// <summary>The client did not take them in time; its connection was reset.</summary>
    TooSlow,
}

/// <summary>What became of a write.</summary>
public enum WriteResult
{
    /// <summary>Taken: written or held back until the first content.</summary>
    Written,
    /// <summary>The response has ended; nothing was written.</summary>
    Fenced,
    /// <summary>The client's connection is gone.</summary>
    ClientGone,
}
