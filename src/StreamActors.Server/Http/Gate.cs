namespace StreamActors.Server.Http;

/// <summary>What every request under <c>/v1</c> or <c>/api</c> passes first: its origin, then its key.</summary>
internal static class Gate
{
    public static IApplicationBuilder UseGate(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var services = context.RequestServices;
        services.GetRequiredService<Origins>().Check(context.Request);
        if (NeedsKey(context.Request.Path))
        {
            var header = context.Request.Headers.Authorization;
            var caller = header.Count > 1 ? null : services.GetRequiredService<ApiKeys>().Identify(header.ToString());
            context.Features.Set(caller ?? throw new ApiException(Unknown(services, header.Count > 0)));
        }

        await next(context);
    });

    private static bool NeedsKey(PathString path) => path.StartsWithSegments("/v1") || path.StartsWithSegments("/api");

    private static ApiError Unknown(IServiceProvider services, bool keySent)
    {
        var local = services.GetRequiredService<AuthOptions>().Mode == AuthMode.Optional;
        var message = (keySent, local) switch
        {
            (true, true) => "This API key is not known here. In local mode send 'Authorization: Bearer devkey', or no key at all.",
            (true, false) => "This API key is not known here.",
            _ => "An API key is needed: send it as 'Authorization: Bearer KEY'.",
        };
        return new ApiError(StatusCodes.Status401Unauthorized, "authentication_error", "invalid_api_key", message) { MayRetry = false };
    }
}
