using Akka.Actor;
using StreamActors.Backends;
using StreamActors.Telemetry;

namespace StreamActors.Server.Http;

/// <summary><c>GET /healthz</c>: the process answers and its actors live. <c>GET /readyz</c>: it takes prompts and a backend can answer them.</summary>
internal static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/healthz", (ActorSystem actors) => actors.WhenTerminated.IsCompleted
            ? ApiJson.Ok(new { Status = "not_alive", Reasons = new[] { Readiness.ActorsStopped } }, StatusCodes.Status503ServiceUnavailable)
            : ApiJson.Ok(new { Status = "alive" }));
        routes.MapRead("/readyz", async (
            HttpContext context, ModelCatalog models, BackendRegistry backends, BackendTroubles troubles, ServerState state, LogHealth log, ActorSystem actors) =>
        {
            var states = (await models.Reach.CheckAsync(context.RequestAborted)).ToDictionary(
                b => b.Key, b => BackendCondition.Of(b.Value, backends.LoadOf(b.Key).IsStuck));
            var (ready, reasons) = Readiness.Of(
                state.Draining, actors.WhenTerminated.IsCompleted, states, CausesFor(context, troubles), log.FileFault is not null);
            return ApiJson.Ok(
                new
                {
                    Status = ready ? "ready" : "not_ready",
                    state.Draining,
                    Backends = states.ToDictionary(b => b.Key, b => b.Value.State.ToString().ToLowerInvariant()),
                    Reasons = reasons,
                },
                ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
    }

    /// <summary>A cause names settings and where a model server is: that is the operator's affair, and anybody may ask whether the server is ready.</summary>
    private static Func<string, string?> CausesFor(HttpContext context, BackendTroubles troubles) => LocalCaller.Is(context)
        ? troubles.CauseOf
        : backend => troubles.CauseOf(backend) is null ? null : "The log says why, and so does this page to callers on the server's own machine.";
}
