namespace StreamActors.Server.Tests.Faults;

/// <summary>One way in which a client goes wrong: a row of the table.</summary>
internal abstract class ClientFault(string name)
{
    /// <summary>What ends a stream that a newer prompt replaces.</summary>
    protected const string NewerPrompt = "the newer prompt";

    protected const string Replaced = "cancelled, registry_new_stream";

    protected static readonly Observed Whole = new(Deadline.OwnEnd.Name, "completed, -", Observed.Complete);

    public string Name => name;

    /// <summary>Why the pair cannot happen, or null.</summary>
    public virtual string? CannotHappen(Moment moment) => null;

    public async Task<Observed> PlayAsync(Moment moment)
    {
        await using var stage = await Stage.SetAsync(moment == Moment.Queued ? 1 : null);
        using var scene = new ClientScene(stage, moment);
        return await PlayAsync(scene, moment);
    }

    /// <summary>Does it at the moment, and checks what came of it.</summary>
    protected abstract Task<Observed> PlayAsync(ClientScene scene, Moment moment);
}
