using System.Text.Json;
using StreamActors.Backends;

namespace StreamActors.Server.Http;

/// <summary>
/// <c>GET /v1/models</c>: what all backends serve, as far as the caller may use it, in OpenAI's shape; <c>GET /v1/models/{id}</c>: one of them.
/// What a model server says of its models stands there too: agents read the context's length, under whatever name.
/// </summary>
internal static class ModelsEndpoint
{
    private const string ContextLength = "context_length";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/v1/models", async (HttpContext context, CancellationToken cancellation) =>
            List(await CallerModels.Of(context).DescribeAsync(cancellation)));
        routes.MapRead("/v1/models/{**id}", async (string id, HttpContext context, CancellationToken cancellation) =>
        {
            // Names with a slash come plain or escaped; the framework leaves that one escape as it is.
            var name = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
            var models = CallerModels.Of(context);
            var route = await OpenAiFront.Instance.RouteAsync(models, name, cancellation);
            var model = await models.DescribeAsync(route, cancellation);
            return ApiJson.Written(json => Write(json, model));
        });
    }

    private static IResult List(IReadOnlyList<ListedModel> models) => ApiJson.Written(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var model in models)
            Write(json, model);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, ListedModel model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Route.Model);
        json.WriteString("object", "model");
        json.WriteNumber("created", model.Entry.Created ?? 0);
        json.WriteString("owned_by", model.Route.Backend);
        if (model.Entry.ContextLength is { } length)
            json.WriteNumber(ContextLength, length);
        if (model.Entry.More is { } more)
        {
            foreach (var member in more.EnumerateObject().Where(m => m.Name != ContextLength))
                member.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
