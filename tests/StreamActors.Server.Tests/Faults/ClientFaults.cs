using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Faults;

/// <summary>The rows of the table: every way in which a client goes wrong.</summary>
internal static class ClientFaults
{
    private static readonly Moment[] Begun = [Moment.Streaming, Moment.BeingReplaced, Moment.Draining];

    public static readonly IReadOnlyList<ClientFault> All =
    [
        new UnsentPrompt("vanishes before its body has come", client => client.Dispose()),
        new UnsentPrompt("resets before its body has come", client => client.Reset()),
        new UnsentPrompt("half-closes before its body has come", client => client.HalfClose()),
        new LeavingClient("vanishes", VanishAsync),
        new LeavingClient("vanishes after headers and role", VanishAsync) { Only = [Moment.FirstTokenAwaited], Before = BeginAsync },
        new LeavingClient("vanishes in the middle of an event", VanishAsync)
        {
            Only = Begun, Before = stream => stream.Call.WriteAsync("data: {\"choices\":["),
        },
        new LeavingClient("vanishes after the last token, before the end", VanishAsync) { Only = Begun, Before = FinishAsync },
        new LeavingClient("resets", ResetAsync),
        new LeavingClient("half-closes", HalfCloseAsync) { Looks = true },
        new SilentReader("reads nothing", bytesASecond: 0),
        new SilentReader("reads a byte a second", bytesASecond: 1),
        new StoppingClient("cancels twice at once", "client_cancel", HttpMethod.Post, trace => $"/v1/streams/{trace}/cancel"),
        new StoppingClient("deletes its session twice at once", "session_deleted", HttpMethod.Delete, _ => $"/v1/sessions/{Stage.Session}"),
        new CrowdedSession(),
        new PipeliningClient(),
        new OverfullPipeline(),
    ];

    private static Task VanishAsync(StagedStream stream)
    {
        stream.Client.Dispose();
        return Task.CompletedTask;
    }

    private static Task ResetAsync(StagedStream stream)
    {
        stream.Client.Reset();
        return Task.CompletedTask;
    }

    private static Task HalfCloseAsync(StagedStream stream)
    {
        stream.Client.HalfClose();
        return Task.CompletedTask;
    }

    private static async Task BeginAsync(StagedStream stream)
    {
        await stream.Call.BeginEventsAsync();
        await stream.SayAsync(Chunks.Role);
    }

    private static async Task FinishAsync(StagedStream stream)
    {
        await stream.SayAsync(Chunks.Finish);
        if (!stream.HasEnded && stream.Book.Cancelled is null)
            await stream.Client.ReadUntilAsync("\"finish_reason\":\"stop\"");
    }
}
