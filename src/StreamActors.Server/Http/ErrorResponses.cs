using Microsoft.AspNetCore.Connections;
using StreamActors.Protocol;
using StreamActors.Server.Http.Ollama;
using StreamActors.Server.Http.Proxies;
using StreamActors.Telemetry;

namespace StreamActors.Server.Http;

/// <summary>Answers requests that failed before their first byte.</summary>
internal static class ErrorResponses
{
    /// <summary>Writes the error with its status and headers.</summary>
    public static async Task WriteErrorAsync(this HttpContext context, ApiError error, TraceId? trace = null)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        if (error.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        response.Pass(error.Headers);
        if (error.MayRetry is { } mayRetry)
            response.Headers["x-should-retry"] = mayRetry ? "true" : "false";
        if (error.RetryAfter is { } wait)
            response.Headers.SetRetryAfter(wait);
        var json = OllamaErrors.Speaks(context) ? OllamaErrors.ToJson(error, trace) : error.ToJson(trace);
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>
    /// The outermost handler: turns what a request threw, or an empty 404 or 405, into an error in the protocol's shape and one safe
    /// log line.
    /// </summary>
    public static IApplicationBuilder UseErrorResponses(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        ApiError? error;
        try
        {
            await next(context);
            error = OfStatus(context);
        }
        catch (Exception failure) when (IsGone(failure))
        {
            // Kestrel would else try to read what was left unsent, and log that it cannot as an error of the server's.
            context.Abort();
            return;
        }
        catch (Exception failure) when (failure is not CutResponseException && !context.Response.HasStarted)
        {
            error = Of(failure, context);
        }

        if (error is null || context.RequestAborted.IsCancellationRequested)
            return;
        context.LogRejected(error);
        await context.WriteErrorAsync(error);
    });

    /// <summary>The one log line of a request that never became a stream.</summary>
    public static void LogRejected(this HttpContext context, ApiError error)
    {
        context.RequestServices.GetRequiredService<RequestMetrics>().Rejected(error.Status, error.CountedAs);
        LogRejected(
            context.RequestServices.GetRequiredService<Serilog.ILogger>(), error, context.Request.Method, context.Request.Path,
            context.Features.Get<Caller>()?.Owner, context.ClientAddress());
    }

    /// <summary>The same where there is no context.</summary>
    public static void LogRejected(Serilog.ILogger log, ApiError error, string? method, string? path, string? owner, string? client) => log.Information(
        "request_rejected method={method} path={path} status={status} code={code} param={param} owner={owner} client={client}",
        LogValue.Safe(method), LogValue.Safe(path), error.Status, LogValue.Safe(error.Code), LogValue.Safe(error.Param), LogValue.Safe(owner), LogValue.Safe(client));

    /// <summary>The client reset its connection while its body was read: the read may know before the request's token.</summary>
    private static bool IsGone(Exception failure) => failure is ConnectionResetException or ConnectionAbortedException;

    private static ApiError? OfStatus(HttpContext context) => context.Response switch
    {
        { HasStarted: true } or { ContentLength: > 0 } => null,
        { StatusCode: 404 } => context.RequestServices.GetRequiredService<UnknownUrl>().Explain(context.Request),
        { StatusCode: 405 } => new ApiError(405, "invalid_request_error", "method_not_allowed",
            $"{context.Request.Method} is not allowed here; allowed: {context.Response.Headers.Allow}."
            + (context.Request.Path == "/" ? " " + UnknownUrl.Prompts(context.Request) : "")),
        _ => null,
    };

    private static ApiError Of(Exception failure, HttpContext context)
    {
        switch (failure)
        {
            case ApiException api:
                return api.Error;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new ApiError(413, "invalid_request_error", "body_too_large", "The request body is larger than this server takes.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return new ApiError(408, "invalid_request_error", "body_too_slow", "The request body came too slowly.");
            case BadHttpRequestException bad:
                return new ApiError(bad.StatusCode, "invalid_request_error", "bad_request", "The request is not proper HTTP.");
            case OperationCanceledException or IOException when context.RequestAborted.IsCancellationRequested:
                return ApiError.Invalid("The client closed the connection.");
            default:
                context.RequestServices.GetRequiredService<Serilog.ILogger>().Error(failure, "request_failed path={path}", LogValue.Safe(context.Request.Path));
                return new ApiError(500, "server_error", RequestMetrics.ServerFault, "The server failed; its log says why.");
        }
    }
}
