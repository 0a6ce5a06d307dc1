namespace StreamActors.Soak.Upstream;

/// <summary>Prompts that steer the instrumented model server.</summary>
public static class Prompt
{
    /// <param name="session">Booked as the session.</param>
    /// <param name="name">Booked as the prompt.</param>
    /// <param name="tokens">How many it answers.</param>
    /// <param name="delay">Milliseconds between two of them.</param>
    /// <param name="first">Milliseconds before the first.</param>
    /// <param name="fault">What goes wrong, or null.</param>
    /// <param name="at">After how many tokens; -1: before the headers.</param>
    public static string Of(string session, string name, int tokens, int delay, int first = 0, string? fault = null, int at = -1) =>
        $"[session={session}][prompt={name}][tokens={tokens}][delay={delay}][first={first}]"
        + (fault is null ? "" : $"[fault={fault}][at={at}]");
}
