namespace StreamActors.Conformance.Checks;

/// <summary>One thing that is looked at.</summary>
internal abstract class Check
{
    /// <summary>A few words, also the name in JSON.</summary>
    public abstract string Name { get; }

    /// <summary>What it proves and why that matters, in a sentence.</summary>
    public abstract string Claim { get; }

    /// <summary>Whether it only means something where a newer prompt of a session ends the older one.</summary>
    public virtual bool NeedsSessions => false;

    /// <summary>Whether it can only be seen from the model server's side.</summary>
    public virtual bool NeedsModelBooks => false;

    /// <summary>Looks.</summary>
    /// <exception cref="BrokenPromiseException">The promise is broken.</exception>
    public abstract Task<Seen> LookAsync(Subject subject);
}

/// <summary>What a check saw where all was well.</summary>
/// <param name="Text">In words.</param>
/// <param name="Figures">Milliseconds where the name ends in <c>_ms</c>, else counts.</param>
internal sealed record Seen(string Text, params (string Name, double Value)[] Figures);
