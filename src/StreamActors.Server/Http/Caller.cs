using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>Who sent a request, as proven by the key.</summary>
/// <param name="Owner">The key's configured name; owns the sessions.</param>
public sealed record Caller(string Owner)
{
    /// <summary>In local mode: without a key, or with <c>devkey</c>. Knows no limits.</summary>
    public static readonly Caller Local = new("local");

    /// <summary>What the key may do.</summary>
    public ApiKeyOptions Limits { get; init; } = new();

    /// <summary>The key as it was sent; null for those who call without a key of their own.</summary>
    public CallerKey? Key { get; init; }

    /// <summary>Whether the key may use the model, by whatever of its names.</summary>
    public bool MayUse(string model) => Limits.Models.Length == 0 || Limits.Models.Any(allowed => ModelNames.Same(allowed, model));

    /// <summary>The caller of a request that has passed authentication.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The request has not passed authentication.");
}
