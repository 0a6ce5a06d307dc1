namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// Ollama's own paths, so that its clients need to change nothing but the port. What is asked of a model goes to any backend,
/// whatever that speaks; what manages models (pull, push, create ...) stays with the model server.
/// </summary>
internal static class OllamaEndpoint
{
    /// <summary>The version of Ollama whose API this is; some clients ask before they use a feature.</summary>
    public const string Version = "0.12.11";

    public static void Map(IEndpointRouteBuilder routes)
    {
        ChatEndpoint.Map(routes, "/api/chat", OllamaFront.Chat);
        ChatEndpoint.Map(routes, "/api/generate", OllamaFront.Generate);
        routes.MapRead("/api/version", () => ApiJson.Ok(new { Version }));
        routes.MapRead("/api/tags", async (HttpContext context, CancellationToken cancellation) =>
            ApiJson.Ok(new { Models = (await CallerModels.Of(context).DescribeAsync(cancellation)).Select(m => Describe(new OllamaFacts(m))) }));
        OllamaEmbed.Map(routes);
        routes.MapPost("/api/show", (Delegate)OllamaModels.ShowAsync);
        routes.MapRead("/api/ps", (Delegate)OllamaModels.ListLoadedAsync);
    }

    private static object Describe(OllamaFacts model) => new
    {
        model.Name,
        Model = model.Name,
        model.ModifiedAt,
        model.Size,
        model.Digest,
        model.Details,
        Capabilities = OllamaAbilities.Of(model),
    };
}
