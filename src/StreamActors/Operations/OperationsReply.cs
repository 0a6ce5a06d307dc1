using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Telemetry;

namespace StreamActors.Operations;

/// <summary>What an operator is answered. Pure data of one moment.</summary>
public abstract record OperationsReply
{
    private OperationsReply()
    {
    }

    /// <summary>Sessions, or of streams those in which they run.</summary>
    /// <param name="Sessions">So many as were asked for at most.</param>
    /// <param name="Total">How many there are.</param>
    public sealed record SessionList(IReadOnlyList<SessionView> Sessions, int Total) : OperationsReply;

    /// <summary>One live session.</summary>
    public sealed record SessionShown(SessionView Session) : OperationsReply;

    /// <summary>Something was stopped, or had ended before.</summary>
    public sealed record Cancelled(SessionKey Session, Receipt Receipt) : OperationsReply;

    /// <summary>The backends, by name.</summary>
    public sealed record BackendList(IReadOnlyList<BackendView> Backends) : OperationsReply;

    /// <summary>Stream events.</summary>
    public sealed record EventList(IReadOnlyList<DatedEvent> Events) : OperationsReply;

    /// <summary>Whether new prompts are taken.</summary>
    /// <param name="On">An operator has said that none are.</param>
    /// <param name="Stopping">The process is about to end, which cannot be undone.</param>
    /// <param name="Running">Streams that have not ended yet.</param>
    public sealed record DrainState(bool On, bool Stopping, long Running) : OperationsReply;

    /// <summary>Totals and recent figures.</summary>
    /// <param name="Streams">What was counted.</param>
    /// <param name="Sessions">Live sessions.</param>
    /// <param name="Tokens">Of all streams so far, those that still run among them.</param>
    /// <param name="TokensPerSecond">Of all streams in the last minute, those that still run among them.</param>
    /// <param name="Drain">Whether new prompts are taken.</param>
    public sealed record Figures(StreamFigures Streams, int Sessions, long Tokens, double TokensPerSecond, DrainState Drain) : OperationsReply;

    /// <summary>The least level that is logged.</summary>
    public sealed record LogLevel(string Level) : OperationsReply;

    /// <summary>Nothing was done.</summary>
    /// <param name="Why">For programs.</param>
    /// <param name="Message">One sentence that says what to do next.</param>
    public sealed record Refused(Refusal Why, string Message) : OperationsReply;
}

/// <summary>Why nothing was done.</summary>
public enum Refusal
{
    /// <summary>There is no such command, or it lacks its argument or has a wrong one.</summary>
    Invalid,
    /// <summary>There is no such session or stream.</summary>
    NotFound,
    /// <summary>Several have that name.</summary>
    Ambiguous,
    /// <summary>The server is stopping, which cannot be undone.</summary>
    Stopping,
    /// <summary>This server cannot do it, or has not done it in time.</summary>
    Unavailable,
}

/// <summary>Names as they stand in log lines and error codes.</summary>
public static class RefusalNames
{
    private static readonly string[] Names = [.. Enum.GetNames<Refusal>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>The snake_case name, for example <c>not_found</c>.</summary>
    public static string Name(this Refusal why) => Names[(int)why];
}

/// <summary>A backend and what runs there.</summary>
/// <param name="Name">Its configured name.</param>
/// <param name="Type">What speaks to it; null: a backend of the program's own.</param>
/// <param name="Reachable">It answered when it was last asked.</param>
/// <param name="Load">What runs there.</param>
/// <param name="MaxConcurrent">How many may run at once, or null.</param>
/// <param name="MaxDetached">From so many detached ones on it takes no new ones.</param>
public sealed record BackendView(
    string Name, string? Type, bool Reachable, Backends.BackendCounters Load, int? MaxConcurrent, int MaxDetached);
