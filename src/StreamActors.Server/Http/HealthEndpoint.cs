using StreamActors.Backends;

namespace StreamActors.Server.Http;

/// <summary><c>GET /healthz</c>: the process answers. <c>GET /readyz</c>: it takes prompts and a backend can answer them.</summary>
internal static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => ApiJson.Ok(new { Status = "alive" }));
        routes.MapGet("/readyz", async (ModelCatalog models, ServerState state, CancellationToken cancellation) =>
        {
            var backends = await models.CheckAsync(cancellation);
            var ready = !state.Draining && backends.Values.Any(reachable => reachable);
            return ApiJson.Ok(
                new
                {
                    Status = ready ? "ready" : "not_ready",
                    state.Draining,
                    Backends = backends.ToDictionary(b => b.Key, b => b.Value ? "reachable" : "unreachable"),
                },
                ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
    }
}
