using StreamActors.Backends;

namespace StreamActors.Server.Http;

/// <summary><c>GET /v1/models</c>: what all backends serve, as far as the caller may use it, in OpenAI's shape; <c>GET /v1/models/{id}</c>: one of them.</summary>
internal static class ModelsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/v1/models", async (HttpContext context, CancellationToken cancellation) =>
            ApiJson.Ok(new { Object = "list", Data = (await CallerModels.Of(context).ListAsync(cancellation)).Select(Describe) }));
        routes.MapRead("/v1/models/{**id}", async (string id, HttpContext context, CancellationToken cancellation) =>
        {
            // Names with a slash come plain or escaped; the framework leaves that one escape as it is.
            var name = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            return ApiJson.Ok(Describe(await OpenAiFront.Instance.RouteAsync(CallerModels.Of(context), name, cancellation)));
        });
    }

    private static object Describe(ModelRoute route) => new { Id = route.Model, Object = "model", Created = 0, OwnedBy = route.Backend };
}
