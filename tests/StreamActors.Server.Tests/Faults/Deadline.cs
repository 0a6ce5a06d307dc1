namespace StreamActors.Server.Tests.Faults;

/// <summary>What ends a wait, with its default. The table names it; nothing may need more time than it says.</summary>
internal sealed record Deadline(string Name, TimeSpan After)
{
    public static readonly Deadline None = new("the fault itself", TimeSpan.Zero);
    public static readonly Deadline OwnEnd = new("its own end", TimeSpan.Zero);
    public static readonly Deadline Connect = new("connect, 5 s (set to 0.2 s, real time)", TimeSpan.Zero);
    public static readonly Deadline Refusal = new("2 s for a refusal's body (real time)", TimeSpan.Zero);
    public static readonly Deadline FirstToken = new("first token, 2 min", TimeSpan.FromMinutes(2));
    public static readonly Deadline Idle = new("idle, 1 min", TimeSpan.FromMinutes(1));
    public static readonly Deadline Total = new("total, 15 min", TimeSpan.FromMinutes(15));
    public static readonly Deadline Grace = new("cancel grace, 2 s", TimeSpan.FromSeconds(2));
    public static readonly Deadline WriteTimeout = new("client takes no data, 30 s", TimeSpan.FromSeconds(30));
    public static readonly Deadline Drain = new("drain, 10 s", TimeSpan.FromSeconds(10));

    /// <summary>A second wait that begins where this one ends.</summary>
    public Deadline Then(Deadline next) => new($"{Name}, then {next.Name}", After + next.After);
}
