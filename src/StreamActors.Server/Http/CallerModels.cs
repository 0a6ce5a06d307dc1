using StreamActors.Backends;

namespace StreamActors.Server.Http;

/// <summary>The models as one caller sees them: what its key may not use does not exist.</summary>
internal sealed class CallerModels(ModelCatalog models)
{
    /// <summary>All models that the caller can name now.</summary>
    public async Task<IReadOnlyList<ModelRoute>> ListAsync(Caller caller, CancellationToken cancellation) =>
        [.. (await models.ListAsync(cancellation)).Where(m => caller.MayUse(m.Model))];

    /// <summary>Who answers for the name.</summary>
    /// <exception cref="ApiException">404, or 502 where a backend that may have it cannot be reached.</exception>
    public async Task<ModelRoute> ResolveAsync(Caller caller, string? name, CancellationToken cancellation)
    {
        var route = await models.ResolveAsync(name, cancellation);
        if (route is not null && caller.MayUse(route.Model))
            return route;
        var known = await ListAsync(caller, cancellation);
        var mayExist = route is null && (string.IsNullOrEmpty(name) || caller.MayUse(name));
        throw UnknownModel.Explain(name, known, mayExist ? await models.UnaskableAsync(cancellation) : []);
    }
}
