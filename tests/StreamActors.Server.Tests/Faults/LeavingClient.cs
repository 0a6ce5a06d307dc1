namespace StreamActors.Server.Tests.Faults;

/// <summary>A client that goes away, or seems to.</summary>
/// <param name="name">Its row.</param>
/// <param name="leave">How it goes.</param>
internal sealed class LeavingClient(string name, Func<StagedStream, Task> leave) : ClientFault(name)
{
    private const string DoesNotLook = "does not look";

    /// <summary>What the model server does before, at the moments at which the stream has reached it.</summary>
    public Func<StagedStream, Task>? Before { get; init; }

    /// <summary>The moments at which that can be; null: all.</summary>
    public IReadOnlyList<Moment>? Only { get; init; }

    /// <summary>Its reading side stays open.</summary>
    public bool Looks { get; init; }

    public override string? CannotHappen(Moment moment) => Only?.Contains(moment) != false ? null : "the model has not come so far, or is over";

    protected override async Task<Observed> PlayAsync(ClientScene scene, Moment moment)
    {
        await scene.SetAsync();
        if (Before is not null)
            await Before(scene.Stream);
        // A half-closed connection may be over before a frame is written that is still to come.
        if (Looks && moment == Moment.BeingReplaced)
            await scene.Stream.Client.ReadUntilAsync("registry_new_stream");
        await leave(scene.Stream);
        var expected = moment switch
        {
            Moment.Idle => Whole,
            Moment.BeingReplaced => new Observed(NewerPrompt, Replaced, Looks ? Observed.Cut("registry_new_stream") : DoesNotLook),
            Moment.Streaming or Moment.Draining => Gone("200, cut without a frame"),
            _ => Gone("nothing, closed"),
        };
        if (moment is not (Moment.Idle or Moment.BeingReplaced))
        {
            await scene.Stream.HasEndedAsync();
            await scene.UpstreamIsClosedAsync();
        }

        await scene.GoOnAsync();
        if (moment == Moment.BeingReplaced)
            Assert.NotNull(scene.Stream.Book.FinishedCleanly);
        var sees = moment == Moment.Idle ? Observed.Complete : Looks ? await ClientScene.LooksAsync(scene.Stream.Client) : DoesNotLook;
        var observed = await scene.ObserveAsync(expected.EndedBy, sees);
        Assert.Equal(expected, observed);
        await scene.IsCleanAsync(Stage.Session);
        return observed;
    }

    private Observed Gone(string sees) => new(Deadline.None.Name, "cancelled, client_disconnect", Looks ? sees : DoesNotLook);
}
