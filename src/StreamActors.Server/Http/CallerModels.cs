using StreamActors.Backends;
using StreamActors.Protocol;

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

    /// <summary>Whether the one who answers for a model takes requests of that kind.</summary>
    public bool Offers(ModelRoute route, RequestKind kind) => models.Offers(route, kind);
}
