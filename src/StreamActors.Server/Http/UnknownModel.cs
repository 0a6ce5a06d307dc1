using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>What a caller is told whose model nobody here serves: what there is, or who could not be asked.</summary>
internal static class UnknownModel
{
    private const int MaxNamed = 100;
    private const int MostListed = 100;

    /// <summary>404 with the models there are; 502 where a backend that may have it cannot be reached.</summary>
    /// <param name="model">What was asked for.</param>
    /// <param name="known">What the caller can have.</param>
    /// <param name="unasked">The backends that may have it and cannot be asked.</param>
    /// <param name="unlisted">The backends that may have it and do not say what they have.</param>
    public static ApiException Explain(
        string? model, IReadOnlyList<ModelRoute> known, IReadOnlyList<string> unasked, IReadOnlyList<string> unlisted)
    {
        var named = model switch
        {
            null or "" => "The request names no model and the default cannot be found.",
            { Length: > MaxNamed } => "There is no such model here.",
            _ => $"There is no model '{model}' here.",
        };
        var rest = known.Count > MostListed ? $" and {known.Count - MostListed} more" : "";
        var message = $"{named} Known: {string.Join(", ", known.Take(MostListed).Select(m => m.Model))}{rest}.";
        if (unlisted.Count > 0)
            message += $" These backends do not list their models and may have it: {string.Join(", ", unlisted)}.";
        if (unasked.Count == 0)
            return new ApiException(ApiError.NotFound("model_not_found", message, "model"));
        return new ApiException(EndingErrors.Of(StreamEnding.Because(EndReason.BackendUnreachable)) with
        {
            Message = $"{message} These backends cannot be reached and may have it: {string.Join(", ", unasked)}.",
            Param = "model",
        });
    }
}
