using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Clients;

/// <summary>A model server that goes wrong, and how often it may be asked.</summary>
/// <param name="Name">Of its row in the table.</param>
/// <param name="Stream">Whether the call is streamed.</param>
/// <param name="Answers">Answers each request, told which it is, from 1.</param>
internal sealed record FaultyUpstream(string Name, bool Stream, Func<ClientScene, UpstreamCall, int, Task> Answers)
{
    private const string Role = """{"choices":[{"index":0,"delta":{"role":"assistant"}}]}""";
    private const string Failure = """{"error":{"message":"The engine broke.","type":"server_error","code":500}}""";
    private const string TooLong = """{"error":{"message":"maximum context length","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""";

    /// <summary>The code that the caller is told; null: it is answered in the end.</summary>
    public string? Code { get; init; }

    /// <summary>How many requests the model server sees, whichever client it is.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>The model has been at work, or would be in vain: a second request is one too many.</summary>
    public static IReadOnlyList<FaultyUpstream> All { get; } =
    [
        new("JSON cut in the middle, no stream", false, async (_, call, _) =>
        {
            await call.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"choices\":[{\"index\":0,\"message\":{\"content\":\"He");
            await call.CloseAsync();
        }) { Code = "backend_truncated" },
        new("cut before the first content", true, async (_, call, _) =>
        {
            await call.BeginEventsAsync();
            await call.EventAsync(Role);
            await call.CloseAsync();
        }) { Code = "backend_truncated" },
        new("garbage after 200", true, (_, call, _) => call.AnswerAsync("200 OK", "data: <html>no</html>\n\n", "text/event-stream")) { Code = "backend_error" },
        new("garbage after 200, no stream", false, (_, call, _) => call.AnswerAsync("200 OK", "{\"choices\":[{]}")) { Code = "backend_error" },
        new("error object in 200", true, (_, call, _) => call.AnswerAsync("200 OK", $"data: {Failure}\n\ndata: [DONE]\n\n", "text/event-stream")),
        new("error object in 200, no stream", false, (_, call, _) => call.AnswerAsync("200 OK", Failure)),
        new("answer over the limit", true, (_, call, _) => SendForeverAsync(call)) { Code = "backend_error" },
        new("silent until the total timeout, no stream", false, (scene, _, _) =>
        {
            scene.Advance(TimeSpan.FromMinutes(15));
            return Task.CompletedTask;
        }) { Code = "total_timeout" },
        new("400 context length", true, (_, call, _) => call.AnswerAsync("400 Bad Request", TooLong)) { Code = "context_length_exceeded" },
        new("402 out of credit", false, (_, call, _) => call.AnswerAsync("402 Payment Required", """{"error":{"message":"No credit","code":"no_credit"}}""")) { Code = "no_credit" },
        new("504 of a gateway that waited no longer", true, (_, call, _) => call.AnswerAsync("504 Gateway Timeout", "<html>504</html>", "text/html")) { Code = "backend_error" },
        new("429 with Retry-After, then the answer", true, (_, call, number) => ThenAnswerAsync(call, number, "429 Too Many Requests")) { Requests = 2 },
        new("503 while it loads, then the answer", false, (_, call, number) => ThenAnswerAsync(call, number, "503 Service Unavailable")) { Requests = 2 },
    ];

    private static Task ThenAnswerAsync(UpstreamCall call, int number, string status) => number > 1
        ? call.AnswerAsync()
        : call.AnswerAsync(status, """{"error":{"message":"Not now","type":"unavailable_error"}}""", headers: "Retry-After: 1\r\n");

    private static async Task SendForeverAsync(UpstreamCall call)
    {
        var part = new string('x', 64 * 1024);
        try
        {
            await call.BeginEventsAsync();
            await call.WriteAsync("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"");
            for (var sent = 0; sent < 100; sent++)
                await call.WriteAsync(part);
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // The server takes no more of it.
        }
    }
}
