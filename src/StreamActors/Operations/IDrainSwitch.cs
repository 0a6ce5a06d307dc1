namespace StreamActors.Operations;

/// <summary>Whether the node takes new prompts. Looked at for each prompt, by any thread.</summary>
public interface IDrainSwitch
{
    /// <summary>An operator has said that none are taken.</summary>
    bool On { get; }

    /// <summary>The process is about to end.</summary>
    bool Stopping { get; }

    /// <summary>Takes no prompts, or takes them again; false: the process is about to end, which cannot be undone.</summary>
    bool TrySet(bool on);
}
