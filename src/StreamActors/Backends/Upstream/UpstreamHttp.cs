using System.Diagnostics;
using System.Net.Http.Headers;
using StreamActors.Protocol;

namespace StreamActors.Backends.Upstream;

/// <summary>The HTTP client towards a model server and what its failures mean.</summary>
internal static class UpstreamHttp
{
    /// <summary>Carries the trace, by which a model server's log can be read beside this one's; vLLM and others note it.</summary>
    private const string RequestIdHeader = "X-Request-ID";

    /// <summary>
    /// A client without a total timeout (the generation owns the deadlines) whose connections are closed, not drained, when an
    /// answer is not read to its end: a drain would keep the model busy and the next prompt waiting.
    /// </summary>
    /// <param name="name">The backend's configured name.</param>
    /// <param name="url">The server's address.</param>
    /// <param name="pathIfNone">The path that is meant by an address without one.</param>
    /// <param name="options">Key and connect timeout.</param>
    public static HttpClient CreateClient(string name, Uri url, string pathIfNone, BackendOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null, // a prompt's trace context is its own, whatever is current on the thread that sends it
            AllowAutoRedirect = false,
            ConnectTimeout = options.ConnectTimeout,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ResponseDrainTimeout = TimeSpan.Zero,
            UseCookies = false,
        };
        var http = new UpstreamHttpClient(name, handler) { BaseAddress = BaseAddress(url, pathIfNone), Timeout = Timeout.InfiniteTimeSpan };
        if (!string.IsNullOrEmpty(options.ApiKey))
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        return http;
    }

    /// <summary>A body as the server is sent it, with the trace and the trace context of the request that it is of; null: it is of none.</summary>
    public static HttpRequestMessage Prompt(string path, ReadOnlyMemory<byte> json, ChatRequest? request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(json) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (request?.Trace is { } id)
            message.Headers.Add(RequestIdHeader, id.Value);
        if (request?.TraceContext is { TraceId: var trace } context && trace != default)
        {
            var flags = context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00";
            message.Headers.Add("traceparent", $"00-{trace.ToHexString()}-{context.SpanId.ToHexString()}-{flags}");
            if (!string.IsNullOrEmpty(context.TraceState))
                message.Headers.Add("tracestate", context.TraceState);
        }

        return message;
    }

    /// <summary>Sends and waits for the headers of a success. A message with a key of its own goes with its caller's.</summary>
    /// <exception cref="BackendException">As below, or the server refused.</exception>
    public static async Task<HttpResponseMessage> AskAsync(HttpClient http, HttpRequestMessage message, CancellationToken cancellation)
    {
        var callersKey = message.Headers.Authorization is not null;
        var response = await SendAsync(http, message, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            throw await UpstreamErrors.OfAsync(http, response, callersKey, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Sends and waits for the headers.</summary>
    /// <exception cref="BackendException">No connection, or none that answered with HTTP.</exception>
    public static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpRequestMessage message, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException failure)
        {
            var reason = failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
                ? EndReason.BackendUnreachable
                : EndReason.BackendError;
            throw new BackendException(reason, "The backend did not answer.", inner: failure);
        }
        catch (OperationCanceledException failure) when (!cancellation.IsCancellationRequested)
        {
            throw new BackendException(EndReason.BackendUnreachable, "The connection took too long.", inner: failure);
        }
    }

    /// <summary>What a failure while the body is read means: the answer stopped before its end.</summary>
    public static BackendException Truncated(Exception failure) =>
        new(EndReason.BackendTruncated, "The backend's answer stopped before its end.", inner: failure) { Begun = true };

    /// <summary>What the backend sent in a successful answer is not the protocol.</summary>
    public static BackendException NotTheProtocol(string what, Exception? inner = null) =>
        new(EndReason.BackendError, $"The backend sent {what}.", inner: inner) { Begun = true };

    private static Uri BaseAddress(Uri url, string pathIfNone)
    {
        var path = url.AbsolutePath is "/" ? pathIfNone : url.AbsolutePath;
        return new UriBuilder(url) { Path = path.TrimEnd('/') + "/" }.Uri;
    }
}
