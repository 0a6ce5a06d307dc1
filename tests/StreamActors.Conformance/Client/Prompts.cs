namespace StreamActors.Conformance.Client;

/// <summary>What is asked.</summary>
/// <param name="Text">The user's message.</param>
/// <param name="Tokens">How many tokens a whole answer has; null where only the model knows.</param>
/// <param name="MaxTokens">The most that are asked for, or null.</param>
internal sealed record Prompt(string Text, int? Tokens = null, int? MaxTokens = null);

/// <summary>
/// The prompts of the checks: for the instrumented model server with directives, which also name the session to it; for any other
/// model in words.
/// </summary>
internal sealed class Prompts(bool instrumented)
{
    /// <summary>Longer than any wait of a check.</summary>
    private const int ForLong = 3000;
    private const int SilentMilliseconds = 30_000;

    /// <summary>
    /// More bytes, at some 180 a token, than the sockets on the way can hold: Linux lets a receiving one grow to 32 MiB and a sending one
    /// to 4, of which there are two.
    /// </summary>
    private const int ForSlowReader = 250_000;

    /// <summary>Answered soon.</summary>
    public Prompt Short(string session, string name) => Make(session, name, 5, 5, "What is 2+2?", most: 8);

    /// <summary>Answered for longer than any check takes.</summary>
    public Prompt Long(string session, string name) =>
        Make(session, name, ForLong, 10, "Write a very long poem about the sea, of at least forty stanzas.");

    /// <summary>No token comes for a long time; of a model that cannot be told, just a long one.</summary>
    public Prompt Silent(string session, string name) =>
        instrumented ? Directed(session, name, ForLong, 10, $"[first={SilentMilliseconds}]") : Long(session, name);

    /// <summary>Answered at an even pace for a few seconds.</summary>
    public Prompt Steady(string session, string name) => Make(session, name, 100, 20, "Write an essay on rivers.", most: 60);

    /// <summary>As much as a server can take at once.</summary>
    public Prompt Flood(string session, string name) =>
        instrumented ? Directed(session, name, ForSlowReader, 0) : Long(session, name);

    /// <summary>The model server breaks off after five tokens. Only an instrumented one can be told to.</summary>
    public Prompt BrokenOff(string session, string name, string fault) =>
        Directed(session, name, ForLong, 10, $"[fault={fault}][at=5]");

    private Prompt Make(string session, string name, int tokens, int delay, string words, int? most = null) =>
        instrumented ? Directed(session, name, tokens, delay) : new Prompt(words, MaxTokens: most);

    private static Prompt Directed(string session, string name, int tokens, int delay, string more = "") =>
        new($"[session={session}][prompt={name}][tokens={tokens}][delay={delay}]{more}", tokens);
}
