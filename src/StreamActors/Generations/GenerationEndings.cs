using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Generations;

/// <summary>What the end of a token path means. Pure.</summary>
public static class GenerationEndings
{
    private static readonly TimeSpan AtWork = TimeSpan.FromSeconds(1);

    /// <summary>The ending of a stream that nobody told to stop. Its response is ended from outside only when the server stops.</summary>
    public static StreamEnding Of(PumpEnd end) => end switch
    {
        { Upstream.Failure: BackendException failure } => failure.Ending,
        { Upstream.Failure: not null } => StreamEnding.Because(EndReason.BackendError) with { Begun = end.Upstream.Begun },
        { Output: WriteResult.ClientGone } => StreamEnding.Because(EndReason.ClientDisconnect),
        { Upstream.Completed: true, Output: WriteResult.Written } => StreamEnding.Completed,
        { Output: WriteResult.Fenced } => StreamEnding.Because(EndReason.ServerShutdown),
        _ => StreamEnding.Because(EndReason.BackendError),
    };

    /// <summary>
    /// An answer that is not streamed is generated before its first byte: a model server that is lost after a while without one has been at
    /// work. One that is lost at once has not.
    /// </summary>
    /// <param name="ending">As the backend's failure says.</param>
    /// <param name="stream">Whether the answer was to be streamed.</param>
    /// <param name="elapsed">Since the start.</param>
    public static StreamEnding AfterWaiting(StreamEnding ending, bool stream, TimeSpan elapsed) =>
        ending is { Reason: EndReason.BackendError, Fault: null } && !stream && elapsed >= AtWork ? ending with { Begun = true } : ending;

    /// <summary>A finished answer is completed only if its client took the end of it.</summary>
    /// <param name="ending">As it was allowed.</param>
    /// <param name="delivery">What became of the last bytes.</param>
    /// <param name="stop">Why the response had to hurry, or null.</param>
    public static StreamEnding AfterDelivery(StreamEnding ending, Delivery delivery, StreamEnding? stop) => (ending.Outcome, delivery) switch
    {
        (Outcome.Completed, Delivery.ClientGone) => StreamEnding.Because(EndReason.ClientDisconnect),
        (Outcome.Completed, Delivery.TooSlow) => stop ?? StreamEnding.Because(EndReason.ClientTooSlow),
        _ => ending,
    };
}
