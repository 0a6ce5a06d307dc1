namespace StreamActors.Server.Http;

/// <summary>Who sent a request, as proven by the key.</summary>
/// <param name="Owner">The key's configured name; owns the sessions.</param>
public sealed record Caller(string Owner)
{
    /// <summary>In local mode: without a key, or with <c>devkey</c>.</summary>
    public static readonly Caller Local = new("local");

    /// <summary>The caller of a request that has passed authentication.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The request has not passed authentication.");
}
