using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Clients;

/// <summary>Statuses before the first byte. Where a library would try again it may do so once.</summary>
internal static class RefusedCases
{
    private const string Refusal = """{"error":{"message":"max_tokens is too large: 9","type":"x","param":"max_tokens","code":"y"}}""";

    public static readonly ClientCase[] All =
    [
        new("400 from the model server", scene => RefusedAsync(scene, 400, "y", call => call.AnswerAsync("400 Bad Request", Refusal))),
        new("401 wrong key", scene => RefusedAsync(scene, 401, "invalid_api_key", key: "wrong")),
        new("404 unknown model", scene => RefusedAsync(scene, 404, "model_not_found", model: "nobody")),
        new("413 too large", scene => RefusedAsync(scene, 413, "body_too_large", repeat: 2_500_000)),
        new("429 from the model server", scene => RefusedAsync(scene, 429, "y",
            call => call.AnswerAsync("429 Too Many Requests", Refusal, headers: "Retry-After: 1\r\n"))),
        new("502 the model server fails", scene => RefusedAsync(scene, 502, "backend_error",
            call => call.AnswerAsync("500 Internal Server Error", "<html>boom</html>", "text/html"))),
        new("503 the model server is full", BusyAsync, ("Backends:up:MaxConcurrent", "1"), ("Backends:up:MaxWaiting", "0")),
        new("504 the model server is silent", scene => RefusedAsync(scene, 504, "first_token_timeout", _ =>
        {
            scene.Advance(TimeSpan.FromMinutes(2));
            return Task.CompletedTask;
        }), ("Server:Heartbeat", "00:05:00")),
    ];

    private static async Task<string> RefusedAsync(
        ClientScene scene, int status, string code, Func<UpstreamCall, Task>? script = null, string model = "m", string key = "devkey", int repeat = 1)
    {
        var call = await scene.AskAsync(model: model, key: key, retries: 1, repeat: repeat);

        var answer = await scene.PlayAsync(call, script ?? (_ => throw new InvalidOperationException("The model server was asked.")));

        var seen = Seen(scene.Tells(answer.Error, code, status), scene.Requests);
        await scene.StillWorksAsync();
        return seen;
    }

    private static async Task<string> BusyAsync(ClientScene scene)
    {
        var (first, upstream) = await scene.AskUpstreamAsync();

        var refused = await (await scene.AskAsync(retries: 1)).EndAsync();

        var seen = Seen(scene.Tells(refused.Error, "backend_busy", 503), scene.Requests - 1);
        await upstream.AnswerAsync();
        ClientScene.Finished(await first.EndAsync());
        return seen;
    }

    private static string Seen(string error, int requests)
    {
        Assert.InRange(requests, 1, 2);
        return requests == 2 ? $"{error}; tried again" : error;
    }
}
