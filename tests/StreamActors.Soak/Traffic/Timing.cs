namespace StreamActors.Soak.Traffic;

/// <summary>The server's deadlines in a soak, short so that all of them are met often, and what a client allows beyond them.</summary>
internal static class Timing
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan FirstToken = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Total = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan Write = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan IdleSession = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);

    /// <summary>What a busy machine may add to any wait.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>No exchange lasts longer, whatever happens in it.</summary>
    public static readonly TimeSpan Longest = Total + Margin;

    /// <summary>After SIGTERM the process ends within the drain time and this.</summary>
    public static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(5);
}
