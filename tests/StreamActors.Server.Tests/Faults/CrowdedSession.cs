using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;

namespace StreamActors.Server.Tests.Faults;

/// <summary>Fifty connections that send the same session a prompt at once.</summary>
internal sealed class CrowdedSession() : ClientFault("sends one session prompts from 50 connections at once")
{
    private const int Crowd = 50;

    protected override async Task<Observed> PlayAsync(ClientScene scene, Moment moment)
    {
        await scene.SetAsync();
        var before = scene.Stage.Server.Log.Of("stream_accepted").Count;
        var clients = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(_ =>
            RawClient.PostChatAsync(scene.Stage.Server, ServerWithUpstream.Chat(prompt: Stage.Session), Stage.Session)));
        try
        {
            return moment == Moment.Draining ? await RefusedAsync(scene, clients) : await OneWinsAsync(scene, clients, before, moment);
        }
        finally
        {
            Array.ForEach(clients, client => client.Dispose());
        }
    }

    private static async Task<Observed> OneWinsAsync(ClientScene scene, RawClient[] clients, int before, Moment moment)
    {
        await Eventually.HoldsAsync(() => Assert.Equal(before + Crowd, scene.Stage.Server.Log.Of("stream_accepted").Count));
        if (moment == Moment.Queued)
            await scene.GoOnAsync();
        else
            scene.LetGo();

        // Of those that reached the model server each is closed before the next one comes; the last one is left.
        var newest = scene.Stage.Server.Log.Of("stream_accepted").Select(LogLine.Parse)
            .Where(line => scene.Stage.Server.Log.Of("stream_dropped").All(dropped => LogLine.Parse(dropped).Trace != line.Trace)).ToList();
        var call = await scene.Stage.Upstream.NextCallAsync();
        while (!call.Head.Contains(newest[^1].Trace, StringComparison.Ordinal))
        {
            var next = await scene.Stage.Upstream.NextCallAsync();
            Assert.True(call.HasClosed, "Two were live at the model server.");
            call = next;
        }

        await call.BeginEventsAsync();
        await call.WriteAsync(Framing.Frame([Chunks.Content("won"), Chunks.Finish], "\n", "data: "));
        await call.EndAsync();
        var seen = await Task.WhenAll(clients.Select(ClientScene.LooksAsync));
        Assert.Equal((1, Crowd - 1), (seen.Count(s => s == Observed.Complete), seen.Count(s => s == "400 registry_new_stream")));

        var expected = moment switch
        {
            Moment.Idle => Whole,
            Moment.Queued or Moment.FirstTokenAwaited => new Observed(NewerPrompt, Replaced, "400 registry_new_stream"),
            _ => new Observed(NewerPrompt, Replaced, Observed.Cut("registry_new_stream")),
        };
        var observed = await scene.ObserveAsync(
            expected.EndedBy, moment == Moment.Idle ? Observed.Complete : await ClientScene.LooksAsync(scene.Stream.Client));
        Assert.Equal(expected, observed);
        await scene.IsCleanAsync(Stage.Session);
        return observed;
    }

    /// <summary>The stream that runs may finish; nobody takes its place.</summary>
    private static async Task<Observed> RefusedAsync(ClientScene scene, RawClient[] clients)
    {
        var seen = await Task.WhenAll(clients.Select(ClientScene.LooksAsync));
        Assert.All(seen, s => Assert.Equal("503 server_shutdown", s));
        await scene.Stream.AnswerAsync(Chunks.Content("two"));
        var observed = await scene.ObserveAsync(Deadline.OwnEnd.Name, await scene.Stream.SeesAsync());
        Assert.Equal(Whole, observed);
        await scene.GoOnAsync();
        await scene.IsCleanAsync();
        return observed;
    }
}
