namespace StreamActors.Operations;

/// <summary>All that an operator may ask of this node. Each <see cref="Command"/> gets one <see cref="OperationsReply"/>.</summary>
public static class OperationsProtocol
{
    /// <summary>What a list holds where nobody says how much.</summary>
    public const int DefaultMost = 1000;

    /// <summary>A request, and whose.</summary>
    public sealed record Command(Operator By, Request Request);

    /// <summary>One request.</summary>
    public abstract record Request;

    /// <summary>The live sessions, busy ones first. Answered with <see cref="OperationsReply.SessionList"/>.</summary>
    public sealed record ListSessions(int Most = DefaultMost) : Request;

    /// <summary>One live session. Answered with <see cref="OperationsReply.SessionShown"/>.</summary>
    /// <param name="Target"><c>owner/id</c>, or the id where only one owner has it.</param>
    public sealed record ShowSession(string Target) : Request;

    /// <summary>Ends a session and what runs in it. Answered with <see cref="OperationsReply.Cancelled"/> once that is proven over.</summary>
    /// <param name="Target"><c>owner/id</c>, or the id where only one owner has it.</param>
    public sealed record CancelSession(string Target) : Request;

    /// <summary>The streams that run or are awaited to end, the oldest first. Answered with <see cref="OperationsReply.SessionList"/>.</summary>
    public sealed record ListStreams(int Most = DefaultMost) : Request;

    /// <summary>Ends exactly one stream. Answered with <see cref="OperationsReply.Cancelled"/> once it is proven over.</summary>
    /// <param name="Target">Its trace; of one that lives, the first six digits or more will do.</param>
    public sealed record CancelStream(string Target) : Request;

    /// <summary>The backends and what runs there. Answered with <see cref="OperationsReply.BackendList"/>.</summary>
    public sealed record ListBackends : Request;

    /// <summary>The newest stream events, the newest first. Answered with <see cref="OperationsReply.EventList"/>.</summary>
    public sealed record ListEvents(int Most = DefaultMost) : Request;

    /// <summary>Take no new prompts, or take them again; what runs may finish. Answered with <see cref="OperationsReply.DrainState"/>.</summary>
    public sealed record SetDrain(bool On) : Request;

    /// <summary>Whether new prompts are taken. Answered with <see cref="OperationsReply.DrainState"/>.</summary>
    public sealed record ShowDrain : Request;

    /// <summary>Totals and recent figures. Answered with <see cref="OperationsReply.Figures"/>.</summary>
    public sealed record ShowStats : Request;

    /// <summary>The least level that is logged. Answered with <see cref="OperationsReply.LogLevel"/>.</summary>
    public sealed record ShowLogLevel : Request;

    /// <summary>Sets it until the process ends. Answered with <see cref="OperationsReply.LogLevel"/>.</summary>
    /// <param name="Level">One of Serilog's names, for example <c>Debug</c>.</param>
    public sealed record SetLogLevel(string Level) : Request;
}

/// <summary>Who operates.</summary>
/// <param name="Channel">How the request came and what was proven of it: <c>ops@127.0.0.1</c>, <c>pbm</c>.</param>
/// <param name="ClaimedUser">Who he says he is, which nobody has proven; null: does not say.</param>
public sealed record Operator(string Channel, string? ClaimedUser = null);
