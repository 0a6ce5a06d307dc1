using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Server.Http.Ollama;

namespace StreamActors.Server.Http;

/// <summary>The models as one caller sees them: what its key may not use does not exist.</summary>
internal sealed class CallerModels(ModelCatalog models, Caller caller)
{
    /// <summary>Those of a request's caller.</summary>
    public static CallerModels Of(HttpContext context) =>
        new(context.RequestServices.GetRequiredService<ModelCatalog>(), Caller.Of(context));

    /// <summary>All models that the caller can name now.</summary>
    public async Task<IReadOnlyList<ModelRoute>> ListAsync(CancellationToken cancellation) =>
        [.. (await models.ListAsync(cancellation)).Where(m => caller.MayUse(m.Model))];

    /// <summary>Who answers for the name; null: nobody, or nobody for this caller.</summary>
    public async Task<ModelRoute?> ResolveAsync(string? name, CancellationToken cancellation) =>
        await models.ResolveAsync(name, cancellation) is { } route && caller.MayUse(route.Model) ? route : null;

    /// <summary>Why nobody answers for the name: 404, or 502 where a backend that may have it cannot be reached.</summary>
    public async Task<ApiException> ExplainAsync(string? name, CancellationToken cancellation)
    {
        var mayExist = (string.IsNullOrEmpty(name) || caller.MayUse(name)) && await models.ResolveAsync(name, cancellation) is null;
        return UnknownModel.Explain(
            name, await ListAsync(cancellation), mayExist ? await models.UnaskableAsync(cancellation) : []);
    }

    /// <summary>Lets the one who answers refuse what it can never answer, before a session ends anything for it.</summary>
    /// <exception cref="ApiException">It refuses.</exception>
    public void Check(ChatRequest request)
    {
        try
        {
            models.Check(request);
        }
        catch (BackendException refused)
        {
            throw EndingErrors.Of(refused);
        }
    }

    /// <summary>Whether the caller's key may use a model of that name, with or without the tag that says the latest.</summary>
    public bool MayUse(string model) =>
        caller.MayUse(model) || (model.EndsWith(OllamaFront.DefaultTag, StringComparison.Ordinal) && caller.MayUse(model[..^OllamaFront.DefaultTag.Length]));

    /// <summary>All backends that are an Ollama by its own protocol.</summary>
    public IEnumerable<IOllamaModels> Ollamas => models.Ollamas;

    /// <summary>The one who answers for a model, if it is an Ollama by its own protocol; else null.</summary>
    public IOllamaModels? OllamaOf(ModelRoute route) => models.OllamaOf(route);

    /// <summary>Whether the one who answers for a model takes requests of that kind.</summary>
    public bool Offers(ModelRoute route, RequestKind kind) => models.Offers(route, kind);
}
