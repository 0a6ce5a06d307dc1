using System.Globalization;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Faults;

/// <summary>What the rows of the table are made of.</summary>
internal static class Strikes
{
    public const string StatusSent = "its status has been sent";
    public const string Unasked =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndead\r\n";
    public const string HalfAnEvent = "data: {\"choices\":[{\"delta\":{\"content\":\"tw";
    private const string Broken = "backend_error";
    private static readonly int DripLength = $"data: {Drop(0)}\n\n".Length;

    public static Strike Fails(string reason, Func<StagedStream, Task>? act = null) =>
        new(Effect.Fails, act ?? Nothing) { Reason = reason };

    public static Strike Stalls(Func<StagedStream, Task>? act = null) => new(Effect.Stalls, act ?? Nothing);

    public static Strike Completes(Func<StagedStream, Task> act) => new(Effect.Completes, act);

    /// <summary>A fault of the answer's body, which comes after a role, or after content.</summary>
    public static BackendFault Body(string name, Strike strike) => new(name)
    {
        After = strike,
        Before = strike with
        {
            Status = 400,
            Act = async s =>
            {
                await s.Call.BeginEventsAsync();
                await s.SayAsync(Chunks.Role);
                await strike.Act(s);
            },
        },
    };

    public static BackendFault Refusal(string name, string status, string body, int seen) => new(name)
    {
        Why = StatusSent,
        Before = Fails(Broken, s => s.Call.AnswerAsync(status, body, "text/html")) with { Status = seen },
    };

    public static BackendFault Instantly(string name, Turn turn) => new(name)
    {
        Instant = true, NeverReaches = true, Turn = turn, Why = "it has been asked",
        Before = Fails(Broken),
    };

    public static BackendFault Blocks(string name) => new(name)
    {
        Deaf = true, Blocks = true, Turn = BackendTurns.Blocks,
        Before = Stalls(), After = Stalls(),
    };

    private static string Drop(int number) =>
        "{\"choices\":[{\"delta\":{\"content\":\"c" + number.ToString("00", CultureInfo.InvariantCulture) + "\"}}]}";

    public static async Task ThenAsync(Task first, Func<Task> then)
    {
        await first;
        await then();
    }

    /// <summary>A byte of an event; the client has each content before the next one begins.</summary>
    public static async Task DripAsync(StagedStream stream, int second)
    {
        var payload = Drop(second / DripLength);
        var text = $"data: {payload}\n\n";
        await stream.Call.WriteAsync(text.Substring(second % DripLength, 1));
        if ((second + 1) % DripLength != 0)
            return;
        stream.Note(payload);
        await stream.Client.ReadUntilAsync(payload);
    }

    public static async Task SendTenMegabytesAsync(StagedStream stream)
    {
        await stream.Call.WriteAsync("data: \"");
        for (var sent = 0; sent < 160; sent++)
            await stream.Call.WriteAsync(new string('x', 64 * 1024));
    }

    /// <summary>The backend's enumerator is disposed: because its answer is over, or because nobody wants more of it.</summary>
    public static async Task EndEnumerationAsync(StagedStream stream)
    {
        if (stream.Fenced)
        {
            await stream.SayAsync(Chunks.Content("two"));
            await stream.Call.Closed.WaitAsync(Stage.Patience);
            return;
        }

        await stream.AnswerAsync(Chunks.Content("two"));
        await stream.Client.ReadUntilAsync("\"stop\"");
    }

    public static async Task ResetAfterFinishAsync(StagedStream stream)
    {
        await stream.SayAsync(Chunks.Finish);
        if (!stream.Fenced)
            await stream.Client.ReadUntilAsync("\"stop\"");
        await stream.Call.ResetAsync();
    }

    private static Task Nothing(StagedStream stream) => Task.CompletedTask;
}
