using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Faults;

/// <summary>A client that goes away in the middle of its request: it was never there, whatever its session does.</summary>
/// <param name="name">Its row.</param>
/// <param name="leave">How it goes.</param>
internal sealed class UnsentPrompt(string name, Action<RawClient> leave) : ClientFault(name)
{
    protected override async Task<Observed> PlayAsync(ClientScene scene, Moment moment)
    {
        using var client = await RawClient.ConnectAsync(scene.Stage.Server);
        await client.SendAsync(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Session-Id: {Stage.Session}\r\nContent-Length: 100\r\n\r\n{{\"mod");
        await scene.SetAsync();
        var log = scene.Stage.Server.Log.All.Count(line => !line.Contains("request_rejected", StringComparison.Ordinal));

        leave(client);

        // The session goes on undisturbed: its stream ends as it would have.
        if (moment is Moment.FirstTokenAwaited)
            await scene.Stream.Call.BeginEventsAsync();
        if (moment is Moment.FirstTokenAwaited or Moment.Streaming or Moment.Draining)
            await scene.Stream.AnswerAsync(Chunks.Content("undisturbed"));
        var early = scene.Stage.Server.Log.All.Skip(log).Where(line => line.Contains("stream_accepted", StringComparison.Ordinal));
        Assert.Empty(early);
        await scene.GoOnAsync();
        if (moment == Moment.Queued)
            await scene.Stage.AnswerInFullAsync(scene.Stream);
        var expected = moment == Moment.BeingReplaced ? new Observed(NewerPrompt, Replaced, Observed.Cut("registry_new_stream")) : Whole;
        var observed = await scene.ObserveAsync(expected.EndedBy, await ClientScene.LooksAsync(scene.Stream.Client));
        Assert.Equal(expected, observed);
        await scene.IsCleanAsync(Stage.Session);
        Assert.DoesNotContain(scene.Stage.Server.Log.Of("stream_end"), line => line.Contains("client_disconnect", StringComparison.Ordinal));
        return observed;
    }
}
