using Akka.Actor;
using Akka.Hosting;
using System.Diagnostics;
using StreamActors.Dispatch;
using StreamActors.Protocol;
using StreamActors.Server.Http.Ollama;
using StreamActors.Server.Http.Proxies;
using StreamActors.Sessions;
using StreamActors.Streaming;
using StreamActors.Telemetry;

namespace StreamActors.Server.Http;

/// <summary>
/// <c>POST /v1/chat/completions</c>, and what other protocols have in its place: reads, checks, opens the response, tells the
/// session, waits for the ending.
/// </summary>
internal sealed class ChatEndpoint(
    IRequiredActor<SessionsParent> sessions,
    OpenResponses responses,
    KeyLimits limits,
    ServerOptions options,
    ServerState state,
    OllamaLoads loads,
    StreamTraces traces,
    TimeProvider time)
{
    public const string TraceHeader = "X-Trace-Id";
    private static readonly TimeSpan AcceptWithin = TimeSpan.FromSeconds(5);
    private static readonly BackendFault NotTaken = new(503, "The server is stopping or overloaded; try again.");

    /// <summary>Nothing more is taken on.</summary>
    public static readonly ApiError TooManyStreams = new(
        StatusCodes.Status503ServiceUnavailable, "server_error", "too_many_streams", "This server has as many streams open as it may; try again later.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private long _arrivals;

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/v1/chat/completions", OpenAiFront.Instance);
        Map(routes, "/v1/completions", CompletionsFront.Instance);
    }

    /// <summary>Takes prompts at a path in the protocol of a front.</summary>
    public static void Map(IEndpointRouteBuilder routes, string path, IChatFront front) => routes.MapPost(
        path, (RequestDelegate)(context => context.RequestServices.GetRequiredService<ChatEndpoint>().HandleAsync(context, front)));

    private async Task HandleAsync(HttpContext context, IChatFront front)
    {
        var trace = TraceId.New();
        context.Response.Headers[TraceHeader] = trace.Value;
        state.ThrowIfDraining();
        if (responses.Count >= options.MaxStreams)
            throw new ApiException(TooManyStreams);
        var (session, oneShot) = SessionHeader.Read(context, trace);
        // Before the body: while one comes slowly it holds a place of its key's.
        using var place = limits.TakePlace(Caller.Of(context), session);
        var (request, arrival, load) = await ReadAsync(context, front, trace);
        if (load is not null)
        {
            await loads.AnswerAsync(context, request, load);
            return;
        }

        limits.CountPrompt(Caller.Of(context));
        var caller = TraceContext.Of(context.Request);
        var prompt = new Prompt(trace, request, arrival) { CallerTrace = caller.TraceId, Client = context.ClientAddress() };
        await AnswerAsync(context, new SessionProtocol.SubmitPrompt(session, prompt, oneShot), place, caller, front.Format(request.Stream, request.Model, time));
    }

    /// <summary>By itself, so that a body that is sent on in other words is held once while it is answered.</summary>
    private async Task<(ChatRequest Request, long Arrival, OllamaLoad? Load)> ReadAsync(HttpContext context, IChatFront front, TraceId trace)
    {
        var chat = front.Read(await ChatRequestReader.ReadAsync(context));
        var arrival = Interlocked.Increment(ref _arrivals);
        var models = CallerModels.Of(context);
        var route = await front.RouteAsync(models, chat.Model, context.RequestAborted);
        var body = ChatRequestWriter.Write(chat, route.Model, toOllama: models.OllamaOf(route) is not null);
        var request = new ChatRequest(route.Backend, route.Model, body, chat.Stream, chat.Choices, trace, Caller.Of(context).Key)
        {
            Kind = chat.Kind,
            PassedHeaders = context.HeadersFor(route),
        };
        if (chat.Load is null)
            models.Check(request);
        return (request, arrival, chat.Load);
    }

    private async Task AnswerAsync(
        HttpContext context, SessionProtocol.SubmitPrompt submit, IDisposable place, ActivityContext caller, IAnswerFormat answer)
    {
        var (session, trace) = (submit.Session, submit.Prompt.Trace);
        var format = new ResponseFormat(answer.Chunks, options.Heartbeat, options.WriteTimeout);
        using var response = new OpenResponse(
            trace, session, new KestrelEndpoint(context, answer, () => Gone(EndReason.ClientTooSlow)), format, time);
        // Asked once more: while the bodies of many came slowly, there was room for each of them.
        if (!responses.TryAdd(response, options.MaxStreams))
            throw new ApiException(TooManyStreams);
        var delivery = Delivery.Delivered;
        context.Response.OnCompleted(() =>
        {
            response.MarkClosed(delivery);
            return Task.CompletedTask;
        });
        try
        {
            await using var gone = context.RequestAborted.Register(() =>
            {
                // A prompt whose client is gone before a session has taken it may not take the place of one that is waited for.
                if (response.TryGiveUp())
                    response.End(StreamEnding.Because(EndReason.ClientDisconnect));
                else
                    Gone(EndReason.ClientDisconnect);
            });
            if (context.ClientHasLeft() && response.TryGiveUp())
                response.End(StreamEnding.Because(EndReason.ClientDisconnect));
            using (RunToCompletion.Begin())
                sessions.ActorRef.Tell(Traced(submit, caller), ActorRefs.NoSender);
            await AcceptedAsync(context, response);
            var ending = await response.Ended;
            // Before the last bytes: who goes on at [DONE] finds the place free.
            place.Dispose();
            delivery = await ResponseCloser.CloseAsync(context, response, answer, ending, options.WriteTimeout);
        }
        finally
        {
            responses.Remove(response);
            response.TryGiveUp();
            if (!await response.Accepted)
                traces.NotTaken(trace);
        }

        void Gone(EndReason reason) => sessions.ActorRef.Tell(new SessionProtocol.ClientGone(session, trace, reason), ActorRefs.NoSender);
    }

    /// <summary>The prompt with the context that goes on to the backend; the very same one where there is none.</summary>
    private SessionProtocol.SubmitPrompt Traced(SessionProtocol.SubmitPrompt submit, ActivityContext caller)
    {
        var prompt = submit.Prompt;
        var span = traces.Begin(prompt.Trace, submit.Session, StreamTarget.Of(prompt.Request), caller);
        return span == default ? submit : submit with { Prompt = prompt with { Request = prompt.Request with { TraceContext = span } } };
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
