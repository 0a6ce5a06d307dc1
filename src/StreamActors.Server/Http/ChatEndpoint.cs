using Akka.Actor;
using Akka.Hosting;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Streaming;

namespace StreamActors.Server.Http;

/// <summary><c>POST /v1/chat/completions</c>: reads, checks, opens the response, tells the session, waits for the ending.</summary>
internal sealed class ChatEndpoint(
    IRequiredActor<SessionsParent> sessions,
    OpenResponses responses,
    ModelCatalog models,
    ServerOptions options,
    ServerState state,
    TimeProvider time)
{
    public const string TraceHeader = "X-Trace-Id";
    private static readonly TimeSpan AcceptWithin = TimeSpan.FromSeconds(5);
    private static readonly BackendFault NotTaken = new(503, "The server is stopping or overloaded; try again.");

    private static readonly ApiError TooManyStreams = new(
        StatusCodes.Status503ServiceUnavailable, "server_error", "too_many_streams", "This server has as many streams open as it may; try again later.")
    {
        RetryAfter = 1,
    };

    private long _arrivals;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/v1/chat/completions", (RequestDelegate)(context => context.RequestServices.GetRequiredService<ChatEndpoint>().HandleAsync(context)));

    private async Task HandleAsync(HttpContext context)
    {
        var trace = TraceId.New();
        context.Response.Headers[TraceHeader] = trace.Value;
        if (state.Draining)
            throw new ApiException(EndingErrors.Of(StreamEnding.Because(EndReason.ServerShutdown)));
        if (responses.Count >= options.MaxStreams)
            throw new ApiException(TooManyStreams);
        var (session, oneShot) = SessionHeader.Read(context, trace);
        var chat = await ChatRequestReader.ReadAsync(context);
        var arrival = Interlocked.Increment(ref _arrivals);
        var route = await models.ResolveAsync(chat.Model, context.RequestAborted) ?? throw await UnknownModel.ExplainAsync(models, chat.Model, context.RequestAborted);
        var request = new ChatRequest(route.Backend, route.Model, ChatRequestWriter.Write(chat, route.Model), chat.Stream, chat.Choices, trace);
        await AnswerAsync(context, new SessionProtocol.SubmitPrompt(session, new Prompt(trace, request, arrival), oneShot));
    }

    private async Task AnswerAsync(HttpContext context, SessionProtocol.SubmitPrompt submit)
    {
        var (session, trace) = (submit.Session, submit.Prompt.Trace);
        var stream = submit.Prompt.Request.Stream;
        var format = new ResponseFormat(stream, options.Heartbeat, options.WriteTimeout);
        using var response = new OpenResponse(
            trace, session, new KestrelEndpoint(context, stream, () => Gone(EndReason.ClientTooSlow)), format, time);
        var delivery = Delivery.Delivered;
        context.Response.OnCompleted(() =>
        {
            response.MarkClosed(delivery);
            return Task.CompletedTask;
        });
        // Counted again: many may have begun to send their bodies while there was room.
        if (!responses.TryAdd(response, options.MaxStreams))
            throw new ApiException(TooManyStreams);
        try
        {
            sessions.ActorRef.Tell(submit, ActorRefs.NoSender);
            await using var gone = context.RequestAborted.Register(() => Gone(EndReason.ClientDisconnect));
            await AcceptedAsync(context, response);
            var ending = await response.Ended;
            delivery = await ResponseCloser.CloseAsync(context, response, ending, options.WriteTimeout);
        }
        finally
        {
            responses.Remove(response);
        }

        void Gone(EndReason reason) => sessions.ActorRef.Tell(new SessionProtocol.ClientGone(session, trace, reason), ActorRefs.NoSender);
    }

    /// <summary>A session takes a prompt at once, or is not there to take it: the server is stopping, or far over its capacity.</summary>
    private async Task AcceptedAsync(HttpContext context, OpenResponse response)
    {
        try
        {
            await response.Accepted.WaitAsync(AcceptWithin, time);
        }
        catch (TimeoutException)
        {
            if (!response.TryGiveUp())
                return;
            var ending = StreamEnding.Because(EndReason.ServerShutdown, fault: NotTaken);
            context.LogRejected(EndingErrors.Of(ending));
            response.End(ending);
        }
    }
}
