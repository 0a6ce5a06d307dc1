using System.Text;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Faults;

/// <summary>
/// A client that sends more behind its running request than Kestrel reads ahead, and vanishes: its close stands behind what is
/// not read. The first write after that is answered with a reset, the next one fails; heartbeats are writes too.
/// </summary>
internal sealed class OverfullPipeline() : ClientFault("pipelines more than 1 MiB and vanishes")
{
    private const string TwoTokens = "two tokens at most";
    private const string TwoHeartbeats = "two heartbeats at most, 10 s";
    private const string DoesNotLook = "does not look";
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private static readonly byte[] TooMuch = Encoding.ASCII.GetBytes(string.Concat(
        Enumerable.Repeat("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Filler: " + new string('x', 4000) + "\r\n\r\n", 400)));

    public override string? CannotHappen(Moment moment) => moment == Moment.Idle ? "what is sent to an idle connection is read" : null;

    protected override async Task<Observed> PlayAsync(ClientScene scene, Moment moment)
    {
        if (moment == Moment.BeingReplaced)
            return await ReplacedAsync(scene);
        await scene.SetAsync();
        var socket = await LeaveAsync(scene.Stream.Client);
        Func<Task> write = moment == Moment.Draining
            ? () => scene.Stream.Call.EventAsync(Chunks.Content("more"))
            : () => scene.Stage.AdvanceAsync(Heartbeat);

        await write();
        await Eventually.HoldsAsync(() => Assert.False(socket.IsHeld));
        if (!scene.Stream.HasEnded)
            await write();
        await scene.Stream.HasEndedAsync();
        await scene.UpstreamIsClosedAsync();
        await scene.GoOnAsync();

        var by = moment == Moment.Draining ? TwoTokens : TwoHeartbeats;
        var observed = await scene.ObserveAsync(by, DoesNotLook);
        Assert.Equal(new Observed(by, "cancelled, client_disconnect", DoesNotLook), observed);
        await scene.IsCleanAsync(Stage.Session);
        return observed;
    }

    /// <summary>It need not be noticed for the newer prompt to start.</summary>
    private static async Task<Observed> ReplacedAsync(ClientScene scene)
    {
        await scene.AskAsync();
        await scene.Stream.BeginAsync();
        await LeaveAsync(scene.Stream.Client);
        using var newer = await scene.Stage.AskAsync();
        Assert.True(scene.Stream.Call.HasClosed);
        await scene.Stage.AnswerInFullAsync(newer);

        var observed = await scene.ObserveAsync(NewerPrompt, DoesNotLook);
        Assert.Equal(new Observed(NewerPrompt, Replaced, DoesNotLook), observed);
        Assert.NotNull(scene.Stream.Book.FinishedCleanly);
        await scene.IsCleanAsync(Stage.Session);
        return observed;
    }

    private static async Task<ServerSocket> LeaveAsync(RawClient client)
    {
        var socket = client.Server;
        await client.SendAsync(TooMuch);
        client.Dispose();
        return socket;
    }
}
