using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>The models as one caller sees them: what its key may not use does not exist.</summary>
internal sealed class CallerModels(ModelCatalog models, Caller caller)
{
    /// <summary>Those of a request's caller.</summary>
    public static CallerModels Of(HttpContext context) =>
        new(context.RequestServices.GetRequiredService<ModelCatalog>(), Caller.Of(context));

    /// <summary>All models that the caller can name now, with what their servers say of them.</summary>
    public async Task<IReadOnlyList<ListedModel>> DescribeAsync(CancellationToken cancellation) =>
        [.. (await models.DescribeAsync(cancellation)).Where(m => caller.MayUse(m.Route.Model))];

    /// <summary>A model with what its server says of it.</summary>
    public Task<ListedModel> DescribeAsync(ModelRoute route, CancellationToken cancellation) => models.DescribeAsync(route, cancellation);

    /// <summary>Who answers for the name; null: nobody, or nobody for this caller.</summary>
    public async Task<ModelRoute?> ResolveAsync(string? name, CancellationToken cancellation) =>
        await models.ResolveAsync(name, cancellation) is { } route && caller.MayUse(route.Model) ? route : null;

    /// <summary>Why no backend answers for the name that was just looked up: 404, or 502 where a backend that may have it cannot be reached.</summary>
    public ApiException Explain(string? name)
    {
        var mayExist = (string.IsNullOrEmpty(name) || caller.MayUse(name)) && models.Find(name) is null;
        var known = models.Known().Where(m => caller.MayUse(m.Model)).ToList();
        return UnknownModel.Explain(name, known, mayExist ? models.Reach.Unasked : [], mayExist ? models.Reach.Unlisted : []);
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

    /// <summary>Whether the caller's key may use a model of that name.</summary>
    public bool MayUse(string model) => caller.MayUse(model);

    /// <summary>All backends that are an Ollama by its own protocol.</summary>
    public IEnumerable<IOllamaModels> Ollamas => models.Ollamas;

    /// <summary>The one who answers for a model, if it is an Ollama by its own protocol; else null.</summary>
    public IOllamaModels? OllamaOf(ModelRoute route) => models.OllamaOf(route);

    /// <summary>Whether the one who answers for a model takes requests of that kind.</summary>
    public bool Offers(ModelRoute route, RequestKind kind) => models.Offers(route, kind);
}
