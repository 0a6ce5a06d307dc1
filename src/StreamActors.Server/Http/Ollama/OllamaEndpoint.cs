using System.Security.Cryptography;
using System.Text;
using StreamActors.Backends;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// Ollama's own paths, so that its clients need to change nothing but the port. What is asked of a model goes to any backend,
/// whatever that speaks; what manages models (pull, push, create ...) stays with the model server.
/// </summary>
internal static class OllamaEndpoint
{
    /// <summary>The version of Ollama whose API this is; some clients ask before they use a feature.</summary>
    public const string Version = "0.12.11";

    private static readonly DateTimeOffset Unknown = DateTimeOffset.UnixEpoch;

    private static readonly object Details = new
    {
        ParentModel = "", Format = "", Family = "", Families = Array.Empty<string>(), ParameterSize = "", QuantizationLevel = "",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        ChatEndpoint.Map(routes, "/api/chat", OllamaFront.Chat);
        ChatEndpoint.Map(routes, "/api/generate", OllamaFront.Generate);
        routes.MapRead("/api/version", () => ApiJson.Ok(new { Version }));
        routes.MapRead("/api/tags", async (HttpContext context, CancellationToken cancellation) =>
            ApiJson.Ok(new { Models = (await CallerModels.Of(context).ListAsync(cancellation)).Select(Describe) }));
        routes.MapPost("/api/show", (Delegate)ShowAsync);
    }

    private static object Describe(ModelRoute route) => new
    {
        Name = route.Model,
        route.Model,
        ModifiedAt = Unknown,
        Size = 0,
        // Ollama's command line cuts its first digits out without a look; here it stands for the name.
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(route.Model))),
        Details,
    };

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var name = ChatRequestReader.Check(await ChatRequestReader.ReadAsync(context), (_, root) =>
            ChatRequestReader.OptionalString(root, "model") ?? ChatRequestReader.OptionalString(root, "name"));
        await OllamaFront.Chat.RouteAsync(CallerModels.Of(context), name, context.RequestAborted);
        return ApiJson.Ok(new
        {
            License = "",
            Modelfile = "",
            Parameters = "",
            Template = "",
            System = "",
            Details,
            ModelInfo = new Dictionary<string, object>(),
            Capabilities = new[] { "completion", "tools" },
            ModifiedAt = Unknown,
        });
    }
}
