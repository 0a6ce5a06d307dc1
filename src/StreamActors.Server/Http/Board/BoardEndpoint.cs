using System.IO.Pipelines;
using StreamActors.Sessions;

namespace StreamActors.Server.Http.Board;

/// <summary>
/// <c>GET /v1/board</c>: the caller's own sessions and streams as they change, as server-sent events: <c>snapshot</c>, then
/// <c>changes</c> a few times a second, at last <c>end</c>. It is no stream of a session, holds no place and no stop up.
/// </summary>
internal sealed class BoardEndpoint(
    BoardLog log, SessionDirectory sessions, BoardBackends backends, BoardSeats seats, ServerState state, ServerOptions options,
    IHostApplicationLifetime application, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);
    /// <summary>The page takes a feed that says nothing for half a minute for dead, however seldom the heartbeat is set.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LastMessage = TimeSpan.FromMilliseconds(250);
    private static readonly byte[] Heartbeat = ":\n\n"u8.ToArray();

    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead(
        "/v1/board", (RequestDelegate)(context => context.RequestServices.GetRequiredService<BoardEndpoint>().ServeAsync(context)));

    private async Task ServeAsync(HttpContext context)
    {
        var owner = Caller.Of(context).Owner;
        using var seat = seats.Take(owner);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        var reader = new BoardReader(owner, log, sessions, backends, state, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, application.ApplicationStopping);
        try
        {
            await WatchAsync(context.Response.BodyWriter, reader, over.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await SayEndAsync(context.Response.BodyWriter, reader);
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more.
        }
        catch (TimeoutException)
        {
            context.Abort();
        }
    }

    /// <exception cref="OperationCanceledException">The watcher left, or the server stops.</exception>
    /// <exception cref="TimeoutException">The watcher takes nothing.</exception>
    private async Task WatchAsync(PipeWriter body, BoardReader reader, CancellationToken over)
    {
        await SendAsync(body, Message("snapshot", reader.Snapshot()), over);
        var spoken = time.GetTimestamp();
        var silence = options.Heartbeat < LongestSilence ? options.Heartbeat : LongestSilence;
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(over))
        {
            var changes = reader.Changes();
            if (changes is null && time.GetElapsedTime(spoken) < silence)
                continue;
            await SendAsync(body, changes is null ? Heartbeat : Message("changes", changes), over);
            spoken = time.GetTimestamp();
        }
    }

    private async Task SendAsync(PipeWriter body, byte[] message, CancellationToken over) =>
        await body.WriteAsync(message, over).AsTask().WaitAsync(options.WriteTimeout, time, over);

    /// <summary>What the stop has ended is told before the feed's own end.</summary>
    private static async Task SayEndAsync(PipeWriter body, BoardReader reader)
    {
        using var bound = new CancellationTokenSource(LastMessage);
        byte[] last = [.. reader.Changes() is { } changes ? Message("changes", changes) : [], .. Message("end", new { Reason = "server_shutdown" })];
        Task said = body.WriteAsync(last, bound.Token).AsTask();
        await said.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static byte[] Message<T>(string name, T data) =>
        [.. "event: "u8, .. System.Text.Encoding.ASCII.GetBytes(name), .. "\ndata: "u8, .. ApiJson.Bytes(data), .. "\n\n"u8];
}
