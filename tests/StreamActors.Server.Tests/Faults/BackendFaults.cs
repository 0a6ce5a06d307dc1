using System.Globalization;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Faults;

/// <summary>The rows of the table: every way in which a model server, or a backend's own code, is made to go wrong.</summary>
internal static class BackendFaults
{
    private const string Broken = "backend_error";
    private const string Truncated = "backend_truncated";
    private const string HasConnection = "it has its connection";
    private const string StatusIsOver = "its status has been sent";
    private const string Unasked = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndead\r\n";
    private const string HalfAnEvent = "data: {\"choices\":[{\"delta\":{\"content\":\"tw";
    private static readonly string Html = $"<html><h1>Traceback at {StagedStream.Secret}</h1></html>";
    private static readonly string Long = "{\"error\":{\"message\":\"" + StagedStream.Secret + new string('x', 1_000_000) + "\"}}";
    private static readonly int DripLength = $"data: {Drop(0)}\n\n".Length;
    private static readonly byte[] InvalidUtf8 = [.. "data: {\"choices\":[],\"x\":\""u8, 0xc3, 0x28, .. "\"}\n\n"u8];

    public static readonly IReadOnlyList<BackendFault> All =
    [
        new("refuses the connection")
        {
            NeverReaches = true, Turn = Addresses.Refusing, Why = HasConnection,
            Before = Fails("backend_unreachable", _ => Task.CompletedTask),
        },
        new("never takes the connection")
        {
            NeverReaches = true, Turn = Addresses.Deaf, Why = HasConnection,
            Before = Fails("backend_unreachable", _ => Task.CompletedTask) with { By = Deadline.Connect },
        },
        new("accepts and never answers") { Before = Stalls(_ => Task.CompletedTask), Why = "it has answered" },
        new("answers headers and never a token") { Before = Stalls(s => s.Call.BeginEventsAsync()), Why = "there was a token" },
        Body("stalls mid-stream", Stalls(_ => Task.CompletedTask)),
        Body("sends keep-alive comments for ever", Stalls(_ => Task.CompletedTask) with
        {
            EachSecond = (s, _) => s.Call.WriteAsync(": keep-alive\n\n"),
        }),
        Body("sends chunks without content for ever", Stalls(_ => Task.CompletedTask) with
        {
            EachSecond = (s, second) => s.SayAsync("{\"choices\":[],\"n\":" + second + "}"), SendsChunks = true,
        }),
        Body("drips an event that never ends, a byte a second", Stalls(_ => Task.CompletedTask) with
        {
            EachSecond = (s, second) => s.Call.WriteAsync(second < HalfAnEvent.Length ? HalfAnEvent[second..(second + 1)] : "o"),
        }),
        Body("drips content, a byte a second", new Strike(Effect.Trickles, _ => Task.CompletedTask) { EachSecond = DripAsync }),
        Body("closes mid-event", Fails(Truncated, s => ThenAsync(s.Call.WriteAsync(HalfAnEvent), s.Call.CloseAsync))),
        Body("ends without [DONE] or finish reason", Fails(Truncated, s => s.Call.EndAsync())),
        Body("sends an error object in the stream", Fails(Broken, s => s.Call.EventAsync("""{"error":{"message":"CUDA at 10.0.0.7","code":500}}"""))),
        Refuses("4xx with a long body", "400 Bad Request", Long, 400),
        Refuses("4xx with an HTML body", "404 Not Found", Html, 404),
        new("4xx with a body that never comes")
        {
            Why = StatusIsOver,
            Before = Fails(Broken, s => s.Call.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n")) with
            {
                Status = 400, By = Deadline.Refusal,
            },
        },
        Refuses("5xx with a long body", "500 Internal Server Error", Long, 502),
        Refuses("5xx with an HTML body", "503 Service Unavailable", Html, 502),
        Body("sends invalid JSON", Fails(Broken, s => s.Call.EventAsync("{\"choices\":[}"))),
        Body("sends an event of 10 MB", Fails(Broken, SendTenMegabytesAsync)),
        Body("sends invalid UTF-8", Fails(Broken, s => s.Call.WriteAsync(InvalidUtf8))),
        Body("sends ten thousand events at once", Completes(s => s.AnswerAsync([.. Enumerable.Range(0, 10_000).Select(i => Chunks.Content($"c{i}"))]))),
        Body("sends a second answer that nobody asked for", Completes(async s =>
        {
            await s.AnswerAsync(Chunks.Content("two"));
            await s.Call.SendAsync(Unasked);
        })) with { WhenIdle = s => s.Call.SendAsync(Unasked) },
        new("ignores its cancellation for 10 s") { Deaf = true, Before = Stalls(_ => Task.CompletedTask), After = Stalls(_ => Task.CompletedTask) },
        Body("throws while being disposed", Completes(s => s.AnswerAsync(Chunks.Content("two")))) with { Turn = BackendTurns.ThrowsWhenDisposed },
        Body("stalls, then throws while being disposed", Stalls(_ => Task.CompletedTask)) with { Turn = BackendTurns.ThrowsWhenDisposed },
        new("hangs while being disposed")
        {
            Deaf = true, Turn = BackendTurns.HangsWhenDisposed,
            Before = Stalls(_ => Task.CompletedTask), After = Stalls(EndEnumerationAsync),
        },
        Instantly("throws from StreamAsync", BackendTurns.Throws),
        Instantly("throws from GetAsyncEnumerator", BackendTurns.ThrowsInGetEnumerator),
        Body("throws from MoveNextAsync", Fails(Broken, s => s.SayAsync(BackendTurns.Boom))) with { Turn = BackendTurns.ThrowsInMoveNext },
        new("half-closes its socket")
        {
            Before = Fails(Broken, s => s.Call.HalfCloseAsync()), After = Fails(Truncated, s => s.Call.HalfCloseAsync()),
            WhenIdle = s => s.Call.HalfCloseAsync(),
        },
        new("resets before headers")
        {
            Before = Fails(Broken, s => s.Call.ResetAsync()), Why = "headers were there", WhenIdle = s => s.Call.ResetAsync(),
        },
        new("resets after headers")
        {
            Before = Fails(Truncated, s => ThenAsync(s.Call.BeginEventsAsync(), s.Call.ResetAsync)), After = Fails(Truncated, s => s.Call.ResetAsync()),
        },
        Body("resets mid-event", Fails(Truncated, s => ThenAsync(s.Call.WriteAsync(HalfAnEvent), s.Call.ResetAsync))),
        new("resets after a finish reason, before [DONE]")
        {
            After = Fails(Truncated, ResetAfterFinishAsync), Why = "a finish reason is content",
        },
        Body("resets after [DONE]", Completes(s => ThenAsync(s.SayAsync(Chunks.Finish, Chunks.Done), s.Call.ResetAsync))),
        Body("keeps its answer open after [DONE]", Completes(s => s.SayAsync(Chunks.Finish, Chunks.Done))),
    ];

    private static Strike Fails(string reason, Func<StagedStream, Task> act) => new(Effect.Fails, act) { Reason = reason };

    private static Strike Stalls(Func<StagedStream, Task> act) => new(Effect.Stalls, act);

    private static Strike Completes(Func<StagedStream, Task> act) => new(Effect.Completes, act);

    /// <summary>A fault of the answer's body, which comes after a role, or after content.</summary>
    private static BackendFault Body(string name, Strike strike) => new(name)
    {
        After = strike,
        Before = strike with
        {
            Act = async s =>
            {
                await s.Call.BeginEventsAsync();
                await s.SayAsync(Chunks.Role);
                await strike.Act(s);
            },
        },
    };

    private static BackendFault Refuses(string name, string status, string body, int seen) => new(name)
    {
        Why = StatusIsOver,
        Before = Fails(Broken, s => s.Call.AnswerAsync(status, body, "text/html")) with { Status = seen },
    };

    private static BackendFault Instantly(string name, Turn turn) => new(name)
    {
        Instant = true, NeverReaches = true, Turn = turn, Why = "it has been asked",
        Before = Fails(Broken, _ => Task.CompletedTask),
    };

    private static string Drop(int number) => "{\"choices\":[{\"delta\":{\"content\":\"c" + number.ToString("00", CultureInfo.InvariantCulture) + "\"}}]}";

    private static async Task ThenAsync(Task first, Func<Task> then)
    {
        await first;
        await then();
    }

    /// <summary>A byte of an event; the client has each content before the next one begins.</summary>
    private static async Task DripAsync(StagedStream stream, int second)
    {
        var payload = Drop(second / DripLength);
        var text = $"data: {payload}\n\n";
        await stream.Call.WriteAsync(text.Substring(second % DripLength, 1));
        if ((second + 1) % DripLength != 0)
            return;
        stream.Note(payload);
        await stream.Client.ReadUntilAsync(payload);
    }

    private static async Task SendTenMegabytesAsync(StagedStream stream)
    {
        await stream.Call.WriteAsync("data: \"");
        for (var sent = 0; sent < 160; sent++)
            await stream.Call.WriteAsync(new string('x', 64 * 1024));
    }

    /// <summary>The backend's enumerator is disposed: because its answer is over, or because nobody wants more of it.</summary>
    private static async Task EndEnumerationAsync(StagedStream stream)
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

    private static async Task ResetAfterFinishAsync(StagedStream stream)
    {
        await stream.SayAsync(Chunks.Finish);
        if (!stream.Fenced)
            await stream.Client.ReadUntilAsync("\"stop\"");
        await stream.Call.ResetAsync();
    }
}
