using Akka.Actor;
using Akka.Hosting;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Streaming;

namespace StreamActors.Server.Http;

/// <summary>The caller's sessions and streams: look, stop, end. Another key's are not found.</summary>
internal static class SessionsEndpoint
{
    /// <summary>Longer than any grace, so that the session always answers first.</summary>
    private static readonly TimeSpan ReceiptMargin = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/v1/sessions", (HttpContext context, SessionDirectory directory) =>
            ApiJson.Ok(new { Object = "list", Data = directory.Of(Caller.Of(context).Owner).Select(Describe) }));
        routes.MapRead("/v1/sessions/{id}", (string id, HttpContext context, SessionDirectory directory) =>
            ApiJson.Ok(Describe(directory.Find(KeyOf(context, id)) ?? throw NoSession())));
        routes.MapDelete("/v1/sessions/{id}", EndSessionAsync);
        routes.MapPost("/v1/streams/{trace}/cancel", CancelStreamAsync);
    }

    private static async Task<IResult> EndSessionAsync(
        string id, HttpContext context, IRequiredActor<SessionsParent> sessions, SessionsOptions options)
    {
        var end = new SessionProtocol.EndSession(KeyOf(context, id), EndReason.SessionDeleted);
        var answer = await sessions.ActorRef.Ask<object>(end, options.CancelGrace + ReceiptMargin, context.RequestAborted);
        return answer is Receipt receipt ? Describe(receipt) : throw NoSession();
    }

    private static async Task<IResult> CancelStreamAsync(
        string trace, HttpContext context, OpenResponses responses, IRequiredActor<SessionsParent> sessions, SessionsOptions options)
    {
        if (!TraceId.TryParse(trace, out var id) || responses.FindSession(id) is not { } session || session.Owner != Caller.Of(context).Owner)
            throw new ApiException(ApiError.NotFound("stream_not_found", "There is no such stream, or not lately."));
        var cancel = new SessionProtocol.CancelStream(session, id, EndReason.ClientCancel);
        return Describe(await sessions.ActorRef.Ask<Receipt>(cancel, options.CancelGrace + ReceiptMargin, context.RequestAborted));
    }

    private static SessionKey KeyOf(HttpContext context, string id) => new(Caller.Of(context).Owner, id);

    private static ApiException NoSession() => new(ApiError.NotFound("session_not_found", "There is no such live session."));

    private static IResult Describe(Receipt receipt) => ApiJson.Ok(new
    {
        Trace = receipt.Trace?.Value,
        Outcome = receipt.Outcome.Name(),
        TookMs = ApiJson.Milliseconds(receipt.Took),
    });

    private static object Describe(SessionView view) => new
    {
        Id = view.Key.Id,
        State = view.Phase.ToString().ToLowerInvariant(),
        Trace = view.Trace?.Value,
        view.Model,
        view.Started,
        Tokens = view.Progress?.Tokens,
        Waiting = view.Waiting?.Value,
        Last = view is { LastTrace: { } trace, LastEnding: { } ending }
            ? new { Trace = trace.Value, Outcome = ending.Outcome.Name(), Reason = ending.Reason == EndReason.None ? null : ending.Reason.Name() }
            : null,
    };
}
