using StreamActors.Backends;
using StreamActors.Generations;
using StreamActors.Protocol;
using StreamActors.Server.Http.Proxies;
using StreamActors.Sessions;
using StreamActors.Streaming;
using StreamActors.Telemetry;

namespace StreamActors.Server.Http;

/// <summary>
/// Requests that a backend answers with one object and that belong to no session: they supersede nothing, but they have a place at
/// their backend and among the open streams, the total deadline, and an end when their client leaves.
/// </summary>
internal sealed class SingleAnswers(
    OpenResponses responses,
    KeyLimits limits,
    BackendRegistry backends,
    BackendTroubles troubles,
    ServerOptions options,
    GenerationsOptions generations,
    SessionsOptions sessions,
    ServerState state,
    IHostApplicationLifetime application,
    StreamMetrics metrics,
    Serilog.ILogger log,
    TimeProvider time)
{
    /// <summary>Names the request and takes its place among its key's, before its body is read.</summary>
    /// <exception cref="ApiException">Nothing more is taken on, of all or of the key.</exception>
    public TraceId Begin(HttpContext context)
    {
        var trace = TraceId.New();
        context.Response.Headers[ChatEndpoint.TraceHeader] = trace.Value;
        state.ThrowIfDraining();
        if (responses.Count >= options.MaxStreams)
            throw new ApiException(ChatEndpoint.TooManyStreams);
        var caller = Caller.Of(context);
        context.Response.RegisterForDispose(limits.TakePlace(caller, new SessionKey(caller.Owner, $"once-{trace}")));
        return trace;
    }

    /// <summary>Asks, answers, and says so in the log.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What the backend is asked.</param>
    /// <param name="answer">Makes of the backend's answer what goes out; null: its answer, unchanged.</param>
    /// <exception cref="ApiException">It was not answered.</exception>
    public async Task AnswerAsync(HttpContext context, ChatRequest request, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? answer = null)
    {
        var since = time.GetTimestamp();
        limits.CountPrompt(Caller.Of(context));
        if (!responses.TryEnter(options.MaxStreams))
            throw new ApiException(ChatEndpoint.TooManyStreams);
        try
        {
            var json = await AskAsync(context, request);
            if (await WriteAsync(context, answer?.Invoke(json) ?? json))
                LogAnswered(context, request, ApiJson.Milliseconds(time.GetElapsedTime(since)));
        }
        finally
        {
            responses.Leave();
        }
    }

    /// <summary>Writes one object.</summary>
    /// <returns>Whether the client took it in time.</returns>
    public async Task<bool> WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        try
        {
            await context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask().WaitAsync(options.WriteTimeout, time);
            return !context.RequestAborted.IsCancellationRequested;
        }
        catch (TimeoutException)
        {
            context.Abort();
            return false;
        }
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(HttpContext context, ChatRequest request)
    {
        using var total = new CancellationTokenSource(generations.TotalTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(total.Token, context.RequestAborted, application.ApplicationStopping);
        var (started, ending) = (time.GetTimestamp(), EndReason.None);
        var place = backends.LoadOf(request.Backend).Take(Caller.Of(context).Owner);
        var answer = ReadAsync(context, place.Run(backends.Get(request.Backend), request, stop.Token));
        try
        {
            var json = await answer.WaitAsync(stop.Token);
            troubles.Succeeded(request.Backend, BackendQuestion.Prompt);
            return json;
        }
        catch (BackendException failure)
        {
            ending = failure.Reason;
            troubles.Failed(request.Backend, BackendQuestion.Prompt, failure);
            throw EndingErrors.Of(failure);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Task.WhenAny(answer, Task.Delay(sessions.CancelGrace, time));
            if (!answer.IsCompleted)
                place.Detach();
            ending = total.IsCancellationRequested ? EndReason.TotalTimeout
                : context.RequestAborted.IsCancellationRequested ? EndReason.ClientDisconnect
                : EndReason.ServerShutdown;
            throw Failure(ending);
        }
        catch (Exception)
        {
            ending = EndReason.BackendError;
            throw;
        }
        finally
        {
            metrics.RequestEnded(StreamTarget.Of(request), time.GetElapsedTime(started), ending);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, IAsyncEnumerable<Chunk> answer)
    {
        await foreach (var chunk in answer.ConfigureAwait(false))
        {
            if (chunk.Headers is not { } headers)
                return chunk.Json.ToArray();
            context.Response.Pass(headers);
        }

        throw new BackendException(EndReason.BackendTruncated, "The backend answered nothing.") { Begun = true };
    }

    private void LogAnswered(HttpContext context, ChatRequest request, double milliseconds) => log.Information(
        "request_answered path={path} trace={trace} model={model} backend={backend} owner={owner} duration_ms={duration_ms} client={client}",
        LogValue.Safe(context.Request.Path), request.Trace?.Value, LogValue.Safe(request.Model), LogValue.Safe(request.Backend),
        LogValue.Safe(Caller.Of(context).Owner), milliseconds, LogValue.Safe(context.ClientAddress()));

    private static ApiException Failure(EndReason reason) => new(EndingErrors.Of(StreamEnding.Because(reason)));
}
