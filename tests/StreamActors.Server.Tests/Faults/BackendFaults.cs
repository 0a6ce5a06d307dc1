using StreamActors.Server.Tests.Fakes;
using static StreamActors.Server.Tests.Faults.Strikes;

namespace StreamActors.Server.Tests.Faults;

/// <summary>The rows of the table: every way in which a model server, or a backend's own code, is made to go wrong.</summary>
internal static class BackendFaults
{
    private const string Broken = "backend_error";
    private const string Truncated = "backend_truncated";
    private const string HasConnection = "it has its connection";
    private static readonly string Html = $"<html><h1>Traceback at {StagedStream.Secret}</h1></html>";
    private static readonly string Long = $"{{\"error\":{{\"message\":\"{StagedStream.Secret}{new string('x', 1_000_000)}\"}}}}";

    public static readonly IReadOnlyList<BackendFault> All =
    [
        new("refuses the connection")
        {
            NeverReaches = true, Turn = Addresses.Refusing, Why = HasConnection,
            Before = Fails("backend_unreachable"),
        },
        new("never takes the connection")
        {
            NeverReaches = true, Turn = Addresses.Deaf, Why = HasConnection,
            Before = Fails("backend_unreachable") with { By = Deadline.Connect },
        },
        new("accepts and never answers") { Before = Stalls(), Why = "it has answered" },
        new("answers headers and never a token") { Before = Stalls(s => s.Call.BeginEventsAsync()), Why = "there was a token" },
        Body("stalls mid-stream", Stalls()),
        Body("sends keep-alive comments for ever", Stalls() with
        {
            EachSecond = (s, _) => s.Call.WriteAsync(": keep-alive\n\n"),
        }),
        Body("sends chunks without content for ever", Stalls() with
        {
            EachSecond = (s, second) => s.SayAsync("{\"choices\":[],\"n\":" + second + "}"), SendsChunks = true,
        }),
        Body("drips an event that never ends, a byte a second", Stalls() with
        {
            EachSecond = (s, second) => s.Call.WriteAsync(second < HalfAnEvent.Length ? HalfAnEvent[second..(second + 1)] : "o"),
        }),
        Body("drips content, a byte a second", new Strike(Effect.Trickles, _ => Task.CompletedTask) { EachSecond = DripAsync }),
        Body("closes mid-event", Fails(Truncated, s => ThenAsync(s.Call.WriteAsync(HalfAnEvent), s.Call.CloseAsync))),
        Body("ends without [DONE] or finish reason", Fails(Truncated, s => s.Call.EndAsync())),
        Body("sends an error object in the stream", Fails(Broken, s =>
            s.Call.EventAsync("{\"error\":{\"message\":\"CUDA at " + StagedStream.Secret + "\"}}"))),
        Refusal("4xx with a long body", "400 Bad Request", Long, 400),
        Refusal("4xx with an HTML body", "404 Not Found", Html, 404),
        new("4xx with a body that never comes")
        {
            Why = StatusSent,
            Before = Fails(Broken, s => s.Call.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n")) with
            {
                Status = 400, By = Deadline.Refusal,
            },
        },
        Refusal("5xx with a long body", "500 Internal Server Error", Long, 502),
        Refusal("5xx with an HTML body", "503 Service Unavailable", Html, 503),
        Body("sends invalid JSON", Fails(Broken, s => s.Call.EventAsync("{\"choices\":[}"))),
        Body("sends an event of 10 MB", Fails(Broken, SendTenMegabytesAsync)),
        Body("sends half an object as an event", Fails(Broken, s => s.Call.EventAsync("{\"choices\":["))),
        Body("sends ten thousand events at once", Completes(s =>
            s.AnswerAsync([.. Enumerable.Range(0, 10_000).Select(i => Chunks.Content($"c{i}"))]))),
        Body("sends a second answer that nobody asked for", Completes(s => s.AnswerBeforeAsync(Unasked, Chunks.Content("two")))) with { WhenIdle = s => s.Call.SendAsync(Unasked) },
        new("ignores its cancellation for 10 s") { Deaf = true, Before = Stalls(), After = Stalls() },
        Blocks("blocks its thread for 10 s"),
        Blocks("blocks its thread for ever (a day)") with { DeafFor = TimeSpan.FromDays(1) },
        Body("throws while being disposed", Completes(s => s.AnswerAsync(Chunks.Content("two")))) with
        {
            Turn = BackendTurns.ThrowsWhenDisposed,
        },
        Body("stalls, then throws while being disposed", Stalls()) with { Turn = BackendTurns.ThrowsWhenDisposed },
        new("hangs while being disposed")
        {
            Deaf = true, Turn = BackendTurns.HangsWhenDisposed,
            Before = Stalls(), After = Stalls(EndEnumerationAsync),
        },
        Instantly("throws from StreamAsync", BackendTurns.Throws),
        Instantly("throws from GetAsyncEnumerator", BackendTurns.ThrowsInGetEnumerator),
        Body("throws from MoveNextAsync", Fails(Broken, s => s.SayAsync(BackendTurns.Boom))) with
        {
            Turn = BackendTurns.ThrowsInMoveNext,
        },
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
            Before = Fails(Truncated, s => ThenAsync(s.Call.BeginEventsAsync(), s.Call.ResetAsync)) with { Status = 400 },
            After = Fails(Truncated, s => s.Call.ResetAsync()),
        },
        Body("resets mid-event", Fails(Truncated, s => ThenAsync(s.Call.WriteAsync(HalfAnEvent), s.Call.ResetAsync))),
        Body("resets after a finish reason, before [DONE]", Fails(Truncated, s => ThenAsync(s.SayAsync(Chunks.Finish), s.Call.ResetAsync)))
            with { After = Fails(Truncated, ResetAfterFinishAsync) },
        Body("resets after [DONE]", Completes(s => ThenAsync(s.SayAsync(Chunks.Finish, Chunks.Done), s.Call.ResetAsync))),
        Body("sends garbage without end after [DONE]", Completes(s => ThenAsync(s.SayAsync(Chunks.Finish, Chunks.Done), () => SendTenMegabytesAsync(s)))),
        Body("keeps its answer open after [DONE]", Completes(s => s.SayAsync(Chunks.Finish, Chunks.Done))),
    ];
}
