namespace StreamActors.Server.Http.Board;

/// <summary>One message of the board: all there is (<c>snapshot</c>), or what has changed since the one before (<c>changes</c>).</summary>
/// <param name="Now">Milliseconds since 1970, by this server's clock.</param>
/// <param name="Draining">No new prompts are taken.</param>
/// <param name="Sessions">How many sessions of the caller live.</param>
/// <param name="Streams">How many of its streams run.</param>
/// <param name="Tokens">Tokens of its streams since the server's start, those that run among them.</param>
/// <param name="Running">Running streams that have come further, the newest, no more than <see cref="BoardReader.MostRunning"/>.</param>
/// <param name="Events">What happened, in order.</param>
/// <param name="Lost">How many events more there were.</param>
/// <param name="Totals">Figures since the server's start.</param>
/// <param name="Backends">The backends and what runs there.</param>
internal sealed record BoardFrame(
    double Now,
    bool Draining,
    int Sessions,
    int Streams,
    long Tokens,
    IReadOnlyList<BoardStream> Running,
    IReadOnlyList<BoardEvent> Events,
    long Lost,
    BoardTotals Totals,
    IReadOnlyList<BoardBackend> Backends);

/// <summary>A running stream. <c>Started</c> in milliseconds since 1970; <c>TtftMs</c> null before the first token.</summary>
internal sealed record BoardStream(string Trace, string Session, string Model, double Started, long Tokens, double? TtftMs);

/// <summary>A backend: whether it could be reached when last asked (null: not asked yet), and how many generations run, wait, are detached.</summary>
internal sealed record BoardBackend(string Name, bool? Reachable, int Running, int Waiting, int Detached);
