using StreamActors.Backends;

namespace StreamActors.Server.Http;

/// <summary><c>GET /v1/models</c>: what all backends serve, in OpenAI's shape.</summary>
internal static class ModelsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/models", async (ModelCatalog models, CancellationToken cancellation) =>
        ApiJson.Ok(new
        {
            Object = "list",
            Data = (await models.ListAsync(cancellation)).Select(m => new { Id = m.Model, Object = "model", Created = 0, OwnedBy = m.Backend }),
        }));
}
