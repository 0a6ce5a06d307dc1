namespace StreamActors.Server.Http;

/// <summary><c>GET /v1/models</c>: what all backends serve, as far as the caller may use it, in OpenAI's shape.</summary>
internal static class ModelsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/models", async (HttpContext context, CallerModels models) =>
        ApiJson.Ok(new
        {
            Object = "list",
            Data = (await models.ListAsync(Caller.Of(context), context.RequestAborted))
                .Select(m => new { Id = m.Model, Object = "model", Created = 0, OwnedBy = m.Backend }),
        }));
}
