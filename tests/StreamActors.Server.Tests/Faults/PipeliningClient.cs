using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;

namespace StreamActors.Server.Tests.Faults;

/// <summary>
/// A client that sends a second prompt behind the first, on the same connection and without waiting. It is read when the first is
/// answered whole; where the first is cut, it never happened.
/// </summary>
internal sealed class PipeliningClient() : ClientFault("pipelines a second prompt behind the first")
{
    private const string Second = "second";

    protected override async Task<Observed> PlayAsync(ClientScene scene, Moment moment)
    {
        await scene.SetAsync();
        var client = scene.Stream.Client;
        if (moment == Moment.Idle)
            await client.ReadNextAnswerAsync();
        await client.PostAsync("/v1/chat/completions", ServerWithUpstream.Chat(prompt: Second), $"X-Session-Id: {Second}\r\n");

        if (moment == Moment.BeingReplaced)
            return await CutAsync(scene);
        if (moment == Moment.Queued)
        {
            await scene.GoOnAsync();
            scene.Stream.Call = await scene.Stage.Upstream.NextCallAsync();
        }

        if (moment is Moment.Queued or Moment.FirstTokenAwaited)
            await scene.Stream.Call.BeginEventsAsync();
        if (moment != Moment.Idle)
        {
            Assert.Empty(Accepted(scene));
            await scene.Stream.AnswerAsync(Chunks.Content("first"));
            AssertWhole(await client.ReadNextAnswerAsync(), "first");
        }

        if (moment == Moment.Draining)
        {
            Assert.Equal(503, (await client.ReadNextAnswerAsync()).Status);
            await scene.GoOnAsync();
        }
        else
        {
            var call = await scene.Stage.Upstream.NextCallAsync();
            Assert.Contains(Second, call.Body);
            await call.BeginEventsAsync();
            await call.WriteAsync(Framing.Frame([Chunks.Content(Second), Chunks.Finish], "\n", "data: "));
            await call.EndAsync();
            AssertWhole(await client.ReadNextAnswerAsync(), Second);
        }

        var observed = await scene.ObserveAsync(Deadline.OwnEnd.Name, Observed.Complete);
        Assert.Equal(Whole, observed);
        await scene.IsCleanAsync(Stage.Session, Second);
        return observed;
    }

    private static async Task<Observed> CutAsync(ClientScene scene)
    {
        var sees = await ClientScene.LooksAsync(scene.Stream.Client);
        await scene.GoOnAsync();
        var observed = await scene.ObserveAsync(NewerPrompt, sees);
        Assert.Equal(new Observed(NewerPrompt, Replaced, Observed.Cut("registry_new_stream")), observed);
        await scene.IsCleanAsync(Stage.Session);
        Assert.Empty(Accepted(scene));
        return observed;
    }

    private static IEnumerable<string> Accepted(ClientScene scene) =>
        scene.Stage.Server.Log.Of("stream_accepted").Where(line => LogLine.Parse(line).Session == Second);

    private static void AssertWhole(RawAnswer answer, string text)
    {
        Assert.Equal((200, true), (answer.Status, answer.Finished));
        Assert.Contains(Chunks.Content(text), answer.Text);
        Assert.EndsWith("data: [DONE]\n\n", answer.Text);
    }
}
