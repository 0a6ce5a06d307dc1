using StreamActors.Protocol;

namespace StreamActors.Generations;

/// <summary>Between a session and its generations. Every report carries the generation's number.</summary>
public static class GenerationProtocol
{
    /// <summary>To the generation: stop now; to a released one: hurry.</summary>
    public sealed record Stop(EndReason Reason, TraceId? SupersededBy);

    /// <summary>To the generation: the ending you asked for is allowed.</summary>
    public sealed record Release
    {
        public static readonly Release Instance = new();
    }

    /// <summary>To the session: the model's side is over and its connection closed; may the response be closed?</summary>
    public sealed record Finishing(int Number);

    /// <summary>To the session: a deadline is missed; tell me to stop.</summary>
    public sealed record DeadlineMissed(int Number, EndReason Reason);

    /// <summary>To the session: the response is closed too, and the actor stops.</summary>
    public sealed record Ended(int Number, StreamEnding Ending);
}
