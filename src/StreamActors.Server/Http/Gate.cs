namespace StreamActors.Server.Http;

/// <summary>What every request under <c>/v1</c> and <c>/api</c> passes first: its origin, then its key.</summary>
internal static class Gate
{
    private static readonly PathString[] Protected = ["/v1", "/api"];

    /// <summary>Whether a path is the API's, which asks for a key.</summary>
    public static bool Protects(PathString path) => Array.Exists(Protected, protectedPath => path.StartsWithSegments(protectedPath));

    public static IApplicationBuilder UseGate(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var services = context.RequestServices;
        services.GetRequiredService<Origins>().Check(context.Request);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (Protects(context.Request.Path))
        {
            // What is said of sessions and prompts is stored nowhere on its way.
            context.Response.Headers.CacheControl = "no-store";
            var presented = PresentedKey.Of(context.Request.Headers);
            context.Features.Set(services.GetRequiredService<ApiKeys>().Identify(presented) ?? throw new ApiException(Unknown(services, presented)));
        }

        await next(context);
    });

    private static ApiError Unknown(IServiceProvider services, PresentedKey presented)
    {
        var local = services.GetRequiredService<AuthOptions>().Mode == AuthMode.Optional ? " In local mode send 'Authorization: Bearer devkey', or no key at all." : "";
        var message = presented switch
        {
            { Fault: { } fault } => fault + local,
            { Key: { } key } => $"This API key is not known here.{(PresentedKey.Advice(key) is { } advice ? " " + advice : "")}{local}",
            _ => "An API key is needed: send it as 'Authorization: Bearer KEY'.",
        };
        return new ApiError(StatusCodes.Status401Unauthorized, "authentication_error", "invalid_api_key", message) { MayRetry = false };
    }
}
