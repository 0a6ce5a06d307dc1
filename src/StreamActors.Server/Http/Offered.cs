using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>What is asked of a model must be offered by its backend.</summary>
internal static class Offered
{
    /// <summary>The route, if it leads to what is asked for.</summary>
    /// <exception cref="ApiException">404, names what is not offered.</exception>
    public static ModelRoute Offering(this ModelRoute route, CallerModels models, RequestKind kind) => models.Offers(route, kind)
        ? route
        : throw new ApiException(ApiError.NotFound(
            "not_offered",
            $"The model '{route.Model}' does not offer {(kind == RequestKind.Embeddings ? "embeddings" : "completions")} here; "
            + $"models of backends of type OpenAiCompatible {(kind == RequestKind.Embeddings ? "and Ollama " : "")}may.",
            "model"));
}
