using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using StreamActors.Server.Http;
using StreamActors.Server.Http.Proxies;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>
/// Requests that Kestrel cannot read, so that they never reach the application. It would answer them with a status alone, and say nothing; here they get an
/// error like all others, and their line in the log. What they said is in neither: it may be anything, a key too.
/// </summary>
internal sealed class RefusedRequests(RequestMetrics metrics, Serilog.ILogger log) : IObserver<KeyValuePair<string, object?>>
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Lets the answers on plain connections be replaced. On others Kestrel's own stands.</summary>
    public static void Replace(ListenOptions listen) => listen.Use(next => connection =>
    {
        var output = new ReplaceableOutput(connection.Transport.Output);
        connection.Features.Set(output);
        connection.Transport = new Pipes(connection.Transport.Input, output);
        return next(connection);
    });

    /// <summary>Listens for as long as the server's services are there.</summary>
    public void Listen(DiagnosticListener kestrel) => kestrel.Subscribe(this, name => name == Event);

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // A fault in a body is met by the one who reads it.
        if (value.Value is not IFeatureCollection features || features.Get<Arrival>() is not null)
            return;
        var error = Of((features.Get<IBadRequestExceptionFeature>()?.Error as Microsoft.AspNetCore.Http.BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest);
        var request = features.Get<IHttpRequestFeature>();
        metrics.Rejected(error.Status, error.Code);
        ErrorResponses.LogRejected(log, error, request?.Method, Escaped(request?.Path), owner: null, ForwardedRequests.Text(features.Get<IHttpConnectionFeature>()?.RemoteIpAddress));
        if (request?.Method != HttpMethods.Head && features.Get<ITlsHandshakeFeature>() is null && features.Get<IHttpResponseFeature>() is { HasStarted: false })
            features.Get<ReplaceableOutput>()?.Replace(Answer(error));
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private static ApiError Of(int status)
    {
        var (code, message) = status switch
        {
            StatusCodes.Status408RequestTimeout => ("request_too_slow", "The request's head came too slowly."),
            StatusCodes.Status414UriTooLong => ("url_too_long", "The request's address is longer than this server takes."),
            StatusCodes.Status431RequestHeaderFieldsTooLarge =>
                ("headers_too_large", "The request has too many headers, or they are too large: this server takes at most 100, of 32 KiB in all."),
            StatusCodes.Status505HttpVersionNotsupported => ("http_version_not_supported", "Only HTTP/1.0 and HTTP/1.1 are spoken here."),
            _ => ("bad_request", "The request is not proper HTTP: its first line or one of its headers cannot be read. A path must be ASCII, with anything else escaped."),
        };
        return new ApiError(status, "invalid_request_error", code, message);
    }

    /// <summary>As it stands in other lines: escaped as in an address.</summary>
    private static string? Escaped(string? path) => path is ['/', ..] ? new PathString(path).ToUriComponent() : path;

    private static byte[] Answer(ApiError error)
    {
        var body = error.ToJson();
        var reason = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(error.Status);
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {error.Status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"),
            .. body,
        ];
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
