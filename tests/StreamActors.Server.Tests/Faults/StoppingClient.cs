using StreamActors.Server.Tests.Complaints;

namespace StreamActors.Server.Tests.Faults;

/// <summary>A client that stops its stream twice at once, by the stream's id or by its session's.</summary>
/// <param name="name">Its row.</param>
/// <param name="reason">What the stream ends with.</param>
/// <param name="method">Of the request.</param>
/// <param name="path">Of the request, for the stream's trace.</param>
internal sealed class StoppingClient(string name, string reason, HttpMethod method, Func<string, string> path) : ClientFault(name)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    private bool EndsSession => method == HttpMethod.Delete;

    protected override async Task<Observed> PlayAsync(ClientScene scene, Moment moment)
    {
        await scene.SetAsync();
        var stops = Enumerable.Range(0, 2).Select(_ => scene.Stage.Server.CallAsync(method, path(scene.Stream.Trace))).ToList();
        if (moment == Moment.BeingReplaced)
            await LetGoAsync(scene, stops);
        var receipts = (await Task.WhenAll(stops)).ToList();

        // The second may come when all is over: then it says so.
        var first = moment == Moment.Idle ? "already_ended" : "finished_cleanly";
        var outcomes = receipts.Select(r => r.Status == 200 ? r.Body.GetProperty("outcome").GetString() : $"{r.Status}").ToList();
        if (moment != Moment.BeingReplaced)
            Assert.Contains(first, outcomes);
        Assert.All(outcomes, outcome => Assert.True(outcome == first || outcome == "already_ended" || (EndsSession && outcome == "404"), outcome));
        if (moment != Moment.Idle)
            await scene.UpstreamIsClosedAsync();

        if (moment != Moment.BeingReplaced || !EndsSession)
            await scene.GoOnAsync();
        var observed = await scene.ObserveAsync(Expected(moment).EndedBy, moment == Moment.Idle
            ? Observed.Complete
            : await ClientScene.LooksAsync(scene.Stream.Client));
        Assert.Equal(Expected(moment), observed);
        await scene.IsCleanAsync(EndsSession ? [] : [Stage.Session]);
        return observed;
    }

    /// <summary>No receipt comes before the backend has let go.</summary>
    private static async Task LetGoAsync(ClientScene scene, IReadOnlyList<Task> stops)
    {
        await Task.WhenAny([.. stops, Task.Delay(Soon)]);
        Assert.DoesNotContain(stops, stop => stop.IsCompleted);
        scene.LetGo();
    }

    private Observed Expected(Moment moment) => moment switch
    {
        Moment.Idle => Whole,
        Moment.BeingReplaced => new Observed(NewerPrompt, Replaced, Observed.Cut("registry_new_stream")),
        Moment.Streaming or Moment.Draining => new Observed(Deadline.None.Name, $"cancelled, {reason}", Observed.Cut(reason)),
        _ => new Observed(Deadline.None.Name, $"cancelled, {reason}", Observed.Status(400, reason)),
    };
}
