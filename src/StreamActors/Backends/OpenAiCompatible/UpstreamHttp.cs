using System.Net.Http.Headers;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>The HTTP client towards a model server and what its failures mean.</summary>
internal static class UpstreamHttp
{
    /// <summary>
    /// A client without a total timeout (the generation owns the deadlines) whose connections are closed, not drained, when an
    /// answer is not read to its end: a drain would keep the model busy and the next prompt waiting.
    /// </summary>
    public static HttpClient CreateClient(BackendOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = options.ConnectTimeout,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ResponseDrainTimeout = TimeSpan.Zero,
            UseCookies = false,
        };
        var http = new HttpClient(handler) { BaseAddress = BaseAddress(options.Url!), Timeout = Timeout.InfiniteTimeSpan };
        if (!string.IsNullOrEmpty(options.ApiKey))
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        return http;
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
        new(EndReason.BackendTruncated, "The backend's answer stopped before its end.", inner: failure);

    private static Uri BaseAddress(Uri url)
    {
        var path = url.AbsolutePath is "/" ? "/v1" : url.AbsolutePath.TrimEnd('/');
        return new UriBuilder(url) { Path = path + "/" }.Uri;
    }
}
