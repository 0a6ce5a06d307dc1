using StreamActors.Server.Http;
using StreamActors.Telemetry;

namespace StreamActors.Server.Monitoring;

/// <summary>
/// <c>GET /metrics</c> for Prometheus. Callers on this machine need no key; others send a configured one as a bearer token.
/// </summary>
internal static class MetricsEndpoint
{
    public static void Map(WebApplication app)
    {
        var exporter = ((IApplicationBuilder)app).New().UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();
        // With somebody to listen, gauges are looked at and faults are counted, from none on.
        _ = app.Services.GetRequiredService<LiveMetrics>();
        _ = app.Services.GetRequiredService<RequestMetrics>();
        app.MapMethods("/metrics", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(context =>
        {
            Check(context);
            return AnswerAsync(context, exporter);
        }));
    }

    /// <summary>
    /// The exporter's buffer is one for all, and locked while it is written out: from it into memory, so that a reader who takes
    /// nothing holds up nobody but itself.
    /// </summary>
    private static async Task AnswerAsync(HttpContext context, RequestDelegate exporter)
    {
        var body = context.Response.Body;
        using var text = new MemoryStream();
        context.Response.Body = text;
        try
        {
            await exporter(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        context.Response.ContentLength = text.Length;
        if (HttpMethods.IsGet(context.Request.Method))
            await body.WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length), context.RequestAborted);
    }

    private static void Check(HttpContext context)
    {
        var presented = PresentedKey.Of(context.Request.Headers);
        var local = LocalCaller.Is(context);
        if (presented.IsNone && local)
            return;
        var caller = presented.IsNone ? null : context.RequestServices.GetRequiredService<ApiKeys>().Identify(presented);
        // What counts as a key while keys are optional is known to everybody.
        if (caller is null || (caller == Caller.Local && !local))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status401Unauthorized, "authentication_error", "invalid_api_key",
                "From another machine, or through a proxy, the metrics need a configured API key: 'Authorization: Bearer KEY'.") { MayRetry = false });
        }

        if (caller.Limits.Models.Length > 0)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status403Forbidden, "invalid_request_error", "metrics_not_allowed",
                "The metrics name every model; this API key may not know of all of them."));
        }
    }
}
