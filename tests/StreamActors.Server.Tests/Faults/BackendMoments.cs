using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Faults;

/// <summary>Plays a fault of a backend at each moment and checks what came of it.</summary>
internal sealed class BackendMoments(Stage stage, BackendFault fault, BackendScene scene)
{
    private const string Other = "other";
    private const string Blocker = "blocker";
    private const string Replaced = "registry_new_stream";
    private static readonly TimeSpan OthersComeBefore = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SessionRests = TimeSpan.FromMinutes(10);

    public static async Task<Observed> PlayAsync(BackendFault fault, Moment moment)
    {
        var onePlace = moment == Moment.Queued || (fault.Instant && moment == Moment.Draining);
        await using var stage = await Stage.SetAsync(onePlace ? 1 : null);
        stage.Backend.MayBlock = fault.Blocks;
        using var scene = new BackendScene(stage, fault, fault.HappensAfterContent(moment));
        var moments = new BackendMoments(stage, fault, scene);
        return await (moment switch
        {
            Moment.Idle when fault.WhenIdle is not null => moments.BetweenAnswersAsync(),
            Moment.Idle => moments.IdleAsync(),
            Moment.Queued => moments.QueuedAsync(),
            Moment.BeingReplaced => moments.BeingReplacedAsync(),
            Moment.Draining => moments.DrainingAsync(),
            _ => moments.AloneAsync(),
        });
    }

    /// <summary>Nothing else is going on.</summary>
    private async Task<Observed> AloneAsync()
    {
        using var stream = await scene.OpenAsync();
        await scene.StrikeAsync(stream);
        var observed = await RunOutAsync(stream, scene.Deadline, scene.Expected);
        if (fault.Deaf)
            await scene.ReleaseAsync(stream);
        await stage.IsCleanAsync(Stage.Session);
        return observed;
    }

    /// <summary>It ended the previous answer: the session rests, answers again, and goes after its time without a word.</summary>
    private async Task<Observed> IdleAsync()
    {
        var observed = await AloneAsync();
        var lines = stage.Server.Log.All.Count;
        await stage.AdvanceAsync(SessionRests);
        await stage.NothingRunsAsync();
        Assert.Equal(lines, stage.Server.Log.All.Count);
        return observed;
    }

    /// <summary>It happens to the connection that is kept for the next prompt; that is answered over another one.</summary>
    private async Task<Observed> BetweenAnswersAsync()
    {
        using var previous = await stage.AskAsync();
        await stage.AnswerInFullAsync(previous);
        await stage.NothingRunsAsync(Stage.Session);
        Assert.Equal(1, stage.Upstream.OpenConnections);

        await fault.WhenIdle!(previous);
        using var next = await stage.SubmitAsync();
        await stage.AnswerInFullAsync(next);

        Assert.Equal(2, stage.Upstream.Connections);
        await stage.IsCleanAsync(Stage.Session);
        return await next.ObserveAsync(Deadline.OwnEnd);
    }

    /// <summary>The only place is the faulty stream's, now or soon. Another session waits for it: its newest prompt.</summary>
    private async Task<Observed> QueuedAsync()
    {
        using var blocker = fault.Instant ? await stage.AskAsync(Blocker) : null;
        using var stream = await scene.OpenAsync();
        if (scene.Waits)
        {
            await scene.StrikeAsync(stream);
            await scene.PassSecondsAsync(stream, scene.Deadline.After - OthersComeBefore);
        }

        using var older = await stage.SubmitAsync(Other);
        using var newer = await stage.SubmitAsync(Other);
        Assert.Equal(Observed.Status(400, Replaced), await older.SeesAsync());
        await older.HasEndedAsync();
        await Eventually.HoldsAsync(() => Assert.Equal(blocker is null ? 1 : 2, stage.Load.Counters.Waiting));
        Assert.Equal(blocker is null && fault.NeverReaches ? 0 : 1, stage.Upstream.Connections);
        if (blocker is not null)
            await stage.AnswerInFullAsync(blocker);
        else if (!scene.Waits)
            await scene.StrikeAsync(stream);
        var observed = await RunOutAsync(stream, scene.Deadline, scene.Expected);

        await stage.AnswerInFullAsync(newer);
        if (fault.Deaf)
            await scene.ReleaseAsync(stream);
        string[] others = fault.DeafFor > SessionRests ? [] : blocker is null ? [Other] : [Other, Blocker];
        await stage.IsCleanAsync([Stage.Session, .. others]);
        return observed;
    }

    /// <summary>The newer prompt waits until the older one is proven over, or has had its grace.</summary>
    private async Task<Observed> BeingReplacedAsync()
    {
        scene.MakeDeaf();
        using var stream = await scene.OpenAsync();
        using var newer = await stage.SubmitAsync();
        var sees = await stream.SeesAsync();
        Assert.Equal(scene.Sees(400, Replaced), sees);
        Assert.False(stream.HasEnded);
        stream.Fenced = true;

        await scene.StrikeAsync(stream);
        var over = scene.Strike.EndsReplaced;
        if (!over)
            await scene.PassGraceAsync(stream, TimeSpan.Zero);
        newer.Call = await stage.Upstream.NextCallAsync();
        if (over && !fault.NeverReaches)
            Assert.True(stream.Call.HasClosed || stage.Upstream.Connections == 1, "The older one's connection is not free.");
        await stage.AnswerInFullAsync(newer);
        if (over)
            Assert.NotNull(stream.Book.FinishedCleanly);
        else
            await scene.ReleaseAsync(stream);

        var by = over ? scene.Strike.By : Deadline.Grace;
        var observed = await stream.ObserveAsync(by);
        Assert.Equal(new Observed(by.Name, $"{(over ? "cancelled" : "detached")}, {Replaced}", sees), observed);
        await stage.IsCleanAsync(Stage.Session);
        return observed;
    }

    /// <summary>The server lets it finish for the drain time.</summary>
    private async Task<Observed> DrainingAsync()
    {
        using var blocker = fault.Instant ? await stage.AskAsync(Blocker) : null;
        using var stream = await scene.OpenAsync();
        var drained = await stage.DrainAsync();
        if (blocker is not null)
            await stage.AnswerInFullAsync(blocker);
        await scene.StrikeAsync(stream);
        var observed = scene.Waits
            ? await RunOutAsync(stream, Deadline.Drain, scene.Missed(Deadline.Drain, "cancelled", "server_shutdown"))
            : await RunOutAsync(stream, scene.Deadline, scene.Expected);

        await stage.HasDrainedAsync(drained);
        if (fault.Deaf)
            await scene.ReleaseAsync(stream);
        await stage.NothingRunsAsync();
        return observed;
    }

    /// <summary>Lets the stream come to its end, which must be the expected one, at its deadline and not before.</summary>
    private async Task<Observed> RunOutAsync(StagedStream stream, Deadline deadline, Observed expected)
    {
        if (deadline.After > TimeSpan.Zero)
            await scene.PassAsync(stream, deadline.After);
        if (fault.Deaf)
            await scene.PassGraceAsync(stream, deadline.After);
        var observed = await stream.ObserveAsync(fault.Deaf ? deadline.Then(Deadline.Grace) : deadline);
        Assert.Equal(expected, observed);
        return observed;
    }
}
