namespace StreamActors.Server.Tests.Faults;

/// <summary>A client that takes no data, or a byte a second, of an answer that is larger than all buffers on the way.</summary>
/// <param name="name">Its row.</param>
/// <param name="bytesASecond">How much it reads.</param>
internal sealed class SilentReader(string name, int bytesASecond) : ClientFault(name)
{
    private const string Waiting = "waiting";
    private const string NothingMore = "200, cut without a frame";

    protected override Task<Observed> PlayAsync(ClientScene scene, Moment moment) => moment switch
    {
        Moment.Idle or Moment.FirstTokenAwaited => ShortAnswerAsync(scene, moment),
        Moment.BeingReplaced => ReplacedAsync(scene),
        Moment.Draining => DrainingAsync(scene),
        _ => TooSlowAsync(scene, moment),
    };

    /// <summary>A short answer needs no reader: the connection takes it.</summary>
    private static async Task<Observed> ShortAnswerAsync(ClientScene scene, Moment moment)
    {
        await scene.AskAsync();
        if (moment == Moment.FirstTokenAwaited)
            await scene.Stage.AdvanceAsync(TimeSpan.FromSeconds(30));
        await scene.Stream.Call.BeginEventsAsync();
        await scene.Stream.AnswerAsync(Fakes.Chunks.Content("short"));
        await scene.Stream.HasEndedAsync();
        if (moment == Moment.Idle)
        {
            using var next = await scene.Stage.SubmitAsync();
            await scene.Stage.AnswerInFullAsync(next);
        }

        var observed = await scene.ObserveAsync(Deadline.OwnEnd.Name, await scene.Stream.SeesAsync());
        Assert.Equal(Whole, observed);
        await scene.IsCleanAsync(Stage.Session);
        return observed;
    }

    /// <summary>The write timeout ends it; where it holds the backend's only place, who waits for that has it then.</summary>
    private async Task<Observed> TooSlowAsync(ClientScene scene, Moment moment)
    {
        await scene.AskAsync();
        using var waiting = moment == Moment.Queued ? await scene.Stage.SubmitAsync(Waiting) : null;
        await scene.Stream.Call.BeginEventsAsync();
        await scene.FloodAsync();
        await PassAsync(scene, Deadline.WriteTimeout.After);
        await scene.Stream.Call.Closed.WaitAsync(ClientScene.Gone);
        await scene.Stream.HasEndedAsync();
        if (waiting is not null)
            await scene.Stage.AnswerInFullAsync(waiting);

        var observed = await scene.ObserveAsync(
            scene.Stream.AgeAtEnd == Deadline.WriteTimeout.After ? Deadline.WriteTimeout.Name : $"after {scene.Stream.AgeAtEnd}",
            await ClientScene.LooksAsync(scene.Stream.Client));
        Assert.Equal(new Observed(Deadline.WriteTimeout.Name, "cancelled, client_too_slow", NothingMore), observed);
        await scene.Stage.IsCleanAsync(waiting is null ? [Stage.Session] : [Stage.Session, Waiting]);
        return observed;
    }

    /// <summary>The clock stands still: neither the grace nor the write timeout helps, only the bound of the last frame.</summary>
    private static async Task<Observed> ReplacedAsync(ClientScene scene)
    {
        await scene.AskAsync();
        await scene.Stream.Call.BeginEventsAsync();
        await scene.FloodAsync();
        using var newer = await scene.Stage.AskAsync();
        Assert.True(scene.Stream.Call.HasClosed);
        await scene.Stage.AnswerInFullAsync(newer);

        var observed = await scene.ObserveAsync(NewerPrompt, await ClientScene.LooksAsync(scene.Stream.Client));
        Assert.Equal(new Observed(NewerPrompt, Replaced, NothingMore), observed);
        Assert.NotNull(scene.Stream.Book.FinishedCleanly);
        await scene.IsCleanAsync(Stage.Session);
        return observed;
    }

    private async Task<Observed> DrainingAsync(ClientScene scene)
    {
        await scene.AskAsync();
        await scene.Stream.Call.BeginEventsAsync();
        await scene.FloodAsync();
        var drained = await scene.Stage.DrainAsync();
        await PassAsync(scene, Deadline.Drain.After);
        await scene.UpstreamIsClosedAsync();
        await scene.Stream.HasEndedAsync();
        await scene.Stage.HasDrainedAsync(drained);

        var observed = await scene.ObserveAsync(
            scene.Stream.AgeAtEnd == Deadline.Drain.After ? Deadline.Drain.Name : $"after {scene.Stream.AgeAtEnd}",
            await ClientScene.LooksAsync(scene.Stream.Client));
        Assert.Equal(new Observed(Deadline.Drain.Name, "cancelled, server_shutdown", NothingMore), observed);
        await scene.IsCleanAsync();
        return observed;
    }

    private async Task PassAsync(ClientScene scene, TimeSpan time)
    {
        for (var second = 0; second < time.TotalSeconds; second++)
        {
            Assert.False(scene.Stream.HasEnded, $"Ended after {second} s.");
            await scene.Stage.AdvanceAsync(TimeSpan.FromSeconds(1));
            for (var read = 0; read < bytesASecond; read++)
                await scene.Stream.Client.ReadByteAsync();
        }
    }
}
