using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>How both sides of an answer's way ended.</summary>
public sealed record PumpEnd(UpstreamEnd Upstream, WriteResult Output);

/// <summary>One answer on its way from the backend to its client.</summary>
/// <param name="chunks">The backend's answer, made with the token of <paramref name="upstream"/>; its first step sends the request.</param>
/// <param name="upstream">Cancelled when nobody wants more.</param>
/// <param name="response">Where it goes.</param>
/// <param name="progress">Is told of each chunk.</param>
/// <param name="over">Called once, when the backend's connection is closed and nothing writes to the response any more.</param>
public sealed class PumpedAnswer(
    IAsyncEnumerable<Chunk> chunks, CancellationTokenSource upstream, OpenResponse response, StreamProgress progress, Action<PumpEnd> over)
{
    public IAsyncEnumerable<Chunk> Chunks { get; } = chunks;

    public CancellationTokenSource Upstream { get; } = upstream;

    public OpenResponse Response { get; } = response;

    public StreamProgress Progress { get; } = progress;

    /// <summary>The path it was given.</summary>
    internal TokenPath? Path { get; set; }

    /// <summary>Ends it, from any thread; without effect on one that is over.</summary>
    public void Stop()
    {
        Upstream.CancelSafely();
        Path?.Stop(this);
    }

    internal void Complete(PumpEnd end) => over(end);
}
