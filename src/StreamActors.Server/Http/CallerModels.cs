using StreamActors.Backends;

namespace StreamActors.Server.Http;

/// <summary>The models as one caller sees them: what its key may not use does not exist.</summary>
internal sealed class CallerModels(ModelCatalog models)
{
    /// <summary>All models that the caller can name now.</summary>
    public async Task<IReadOnlyList<ModelRoute>> ListAsync(Caller caller, CancellationToken cancellation) =>
        [.. (await models.ListAsync(cancellation)).Where(m => caller.MayUse(m.Model))];

    /// <summary>Who answers for the name; null where nobody does whom the caller may ask.</summary>
    public async Task<ModelRoute?> FindAsync(Caller caller, string? name, CancellationToken cancellation) =>
        await models.ResolveAsync(name, cancellation) is { } route && caller.MayUse(route.Model) ? route : null;

    /// <summary>Why nobody answers for the name: 404, or 502 where a backend that may have it cannot be reached.</summary>
    public async Task<ApiException> ExplainAsync(Caller caller, string? name, CancellationToken cancellation)
    {
        var known = await ListAsync(caller, cancellation);
        var mayExist = string.IsNullOrEmpty(name) || caller.MayUse(name);
        return UnknownModel.Explain(name, known, mayExist ? await models.UnaskableAsync(cancellation) : []);
    }
}
