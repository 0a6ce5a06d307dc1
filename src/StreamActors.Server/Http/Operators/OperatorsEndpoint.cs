using System.Text.Json;
using Akka.Actor;
using Akka.Hosting;
using StreamActors.Operations;
using StreamActors.Protocol;
using StreamActors.Sessions;

namespace StreamActors.Server.Http.Operators;

/// <summary><c>POST /ops/v1/commands</c>: what <c>run.sh ops</c> and <c>run.sh top</c> ask. Works while the server drains.</summary>
internal static class OperatorsEndpoint
{
    private const int MostBytes = 16 * 1024;
    private const int MostItems = 100_000;

    /// <summary>Longer than a stop may take at the session's, and at the operators' actor.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/ops/v1/commands", AnswerAsync);

    private static async Task<IResult> AnswerAsync(
        HttpContext context, OperatorGate gate, IRequiredActor<OperationsActor> operations, SessionsOptions options)
    {
        var channel = gate.Check(context);
        var body = await RequestBody.ReadAsync(context, MostBytes);
        if (body.IsEmpty)
            throw new ApiException(ApiError.Invalid("The request body is empty; send for example {\"command\":\"sessions list\"}."));
        var (request, user) = ChatRequestReader.Check(body, (_, root) => Read(root));
        var command = new OperationsProtocol.Command(new Operator(channel, user), request);
        var reply = await operations.ActorRef.Ask<OperationsReply>(command, options.CancelGrace + Margin, context.RequestAborted);
        return reply is OperationsReply.Refused refused ? throw Error(refused) : ApiJson.Ok(OperatorsJson.Of(reply));
    }

    private static (OperationsProtocol.Request Request, string? User) Read(JsonElement root)
    {
        var command = ChatRequestReader.OptionalString(root, "command") ?? throw new ApiException(ApiError.Invalid("'command' is needed.", "command"));
        var most = root.TryGetProperty("limit", out var limit) ? Most(limit) : OperationsProtocol.DefaultMost;
        var request = OperatorCommands.Parse(command, ChatRequestReader.OptionalString(root, "target"), most, out var refused);
        return (request ?? throw Error(refused!), ChatRequestReader.OptionalString(root, "user"));
    }

    private static int Most(JsonElement limit) =>
        limit.TryGetWhole(out var most) && most is >= 1 and <= MostItems
            ? (int)most
            : throw new ApiException(ApiError.Invalid($"'limit' must be a whole number from 1 to {MostItems}.", "limit"));

    private static ApiException Error(OperationsReply.Refused refused)
    {
        var (status, type) = refused.Why switch
        {
            Refusal.Invalid => (StatusCodes.Status400BadRequest, "invalid_request_error"),
            Refusal.NotFound => (StatusCodes.Status404NotFound, "invalid_request_error"),
            Refusal.Ambiguous or Refusal.Stopping => (StatusCodes.Status409Conflict, "invalid_request_error"),
            _ => (StatusCodes.Status503ServiceUnavailable, "server_error"),
        };
        return new ApiException(new ApiError(status, type, refused.Why.Name(), refused.Message) { MayRetry = false });
    }
}
