using StreamActors.Backends;
using StreamActors.Generations;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Streaming;

namespace StreamActors.Server.Http;

/// <summary>
/// <c>POST /v1/embeddings</c>, passed through. It belongs to no session and supersedes nothing, but it has a place at its backend and
/// among the open streams, the total deadline, and an end when its client leaves.
/// </summary>
internal sealed class EmbeddingsEndpoint(
    OpenResponses responses,
    KeyLimits limits,
    BackendRegistry backends,
    ServerOptions options,
    GenerationsOptions generations,
    SessionsOptions sessions,
    ServerState state,
    IHostApplicationLifetime application,
    TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/v1/embeddings", (RequestDelegate)(context => context.RequestServices.GetRequiredService<EmbeddingsEndpoint>().HandleAsync(context)));

    private async Task HandleAsync(HttpContext context)
    {
        var trace = TraceId.New();
        context.Response.Headers[ChatEndpoint.TraceHeader] = trace.Value;
        if (state.Draining)
            throw Failure(EndReason.ServerShutdown);
        if (responses.Count >= options.MaxStreams)
            throw new ApiException(ChatEndpoint.TooManyStreams);
        var chat = ChatRequestReader.Check(await ChatRequestReader.ReadAsync(context), (body, root) =>
            new ChatBody(body, ChatRequestReader.OptionalString(root, "model"), Prompt: null, Stream: false, Choices: 1));
        var (caller, models) = (Caller.Of(context), CallerModels.Of(context));
        var route = (await OpenAiFront.Instance.RouteAsync(models, chat.Model, context.RequestAborted)).Offering(models, RequestKind.Embeddings);
        var body = ChatRequestWriter.Write(chat, route.Model);
        var request = new ChatRequest(route.Backend, route.Model, body, Stream: false, Trace: trace, CallerKey: caller.Key)
        {
            Kind = RequestKind.Embeddings,
        };
        using var place = limits.Enter(caller, new SessionKey(caller.Owner, $"once-{trace}"));
        if (!responses.TryEnter(options.MaxStreams))
            throw new ApiException(ChatEndpoint.TooManyStreams);
        try
        {
            await WriteAsync(context, await AskAsync(context, request));
        }
        finally
        {
            responses.Leave();
        }
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(HttpContext context, ChatRequest request)
    {
        using var total = new CancellationTokenSource(generations.TotalTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(total.Token, context.RequestAborted, application.ApplicationStopping);
        var place = backends.LoadOf(request.Backend).Take();
        var answer = ReadAsync(place.Run(backends.Get(request.Backend), request, stop.Token));
        try
        {
            return await answer.WaitAsync(stop.Token);
        }
        catch (BackendException failure)
        {
            throw Failure(failure.Reason, failure.Fault);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Task.WhenAny(answer, Task.Delay(sessions.CancelGrace, time));
            if (!answer.IsCompleted)
                place.Detach();
            throw Failure(
                total.IsCancellationRequested ? EndReason.TotalTimeout
                : context.RequestAborted.IsCancellationRequested ? EndReason.ClientDisconnect
                : EndReason.ServerShutdown);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(IAsyncEnumerable<Chunk> answer)
    {
        await foreach (var chunk in answer.ConfigureAwait(false))
            return chunk.Json.ToArray();
        throw new BackendException(EndReason.BackendTruncated, "The backend answered nothing.");
    }

    private async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        try
        {
            await context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask().WaitAsync(options.WriteTimeout, time);
        }
        catch (TimeoutException)
        {
            context.Abort();
        }
    }

    private static ApiException Failure(EndReason reason, BackendFault? fault = null) =>
        new(EndingErrors.Of(StreamEnding.Because(reason, fault: fault)));
}
