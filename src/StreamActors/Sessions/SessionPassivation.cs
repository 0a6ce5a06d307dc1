namespace StreamActors.Sessions;

/// <summary>
/// How a session and its parent agree that it goes: it asks, the parent holds back what comes for it and says that it may, and
/// it stops, or says that work reached it before.
/// </summary>
internal static class SessionPassivation
{
    /// <summary>Session to parent.</summary>
    public sealed record MayIStop
    {
        public static readonly MayIStop Instance = new();
    }

    /// <summary>Parent to session.</summary>
    public sealed record MayStop
    {
        public static readonly MayStop Instance = new();
    }

    /// <summary>Session to parent: not now.</summary>
    public sealed record StillBusy
    {
        public static readonly StillBusy Instance = new();
    }
}
