using System.Net;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// What a request goes through on its way to the model server and back:
/// <list type="number">
/// <item>the query of the configured address goes with it;</item>
/// <item>where its connection turns out to have been closed by the server meanwhile, it is sent once more, on a fresh one;</item>
/// <item>a redirect is followed or named;</item>
/// <item>the answer of a proxy is told from the server's;</item>
/// <item>an encoded answer is decoded;</item>
/// <item>no answer becomes a <see cref="BackendException"/> that says why.</item>
/// </list>
/// </summary>
internal sealed class UpstreamHandler : HttpMessageHandler
{
    /// <summary>
    /// A connection that was closed while it lay idle says so at once. One that breaks later broke under the request's own work, which would be done, and
    /// paid for, twice.
    /// </summary>
    private static readonly TimeSpan StaleWithin = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _pool;
    private readonly Lazy<HttpMessageInvoker> _fresh;
    private readonly UpstreamAddress _address;
    private readonly UpstreamProxy _proxy;
    private readonly UpstreamFailures _failures;
    private readonly TimeProvider _time;

    /// <param name="make">Makes the handler of connections: those that are used again, or one for each request.</param>
    /// <param name="address">Where the server is.</param>
    /// <param name="proxy">Which requests go through one.</param>
    /// <param name="failures">Says what a failure means.</param>
    /// <param name="time">For how long a request had been under way when its connection broke.</param>
    public UpstreamHandler(
        Func<bool, HttpMessageHandler> make, UpstreamAddress address, UpstreamProxy proxy, UpstreamFailures failures, TimeProvider time)
    {
        (_address, _proxy, _failures, _time) = (address, proxy, failures, time);
        _pool = new HttpMessageInvoker(make(true));
        _fresh = new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(make(false)));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_address.Query.Length > 0)
            request.RequestUri = new UriBuilder(request.RequestUri!) { Query = _address.Query }.Uri;
        try
        {
            var response = await OnceOrTwiceAsync(request, cancellationToken).ConfigureAwait(false);
            for (var followed = 0; UpstreamRedirects.Is(response); followed++)
            {
                var from = request.RequestUri!;
                using (response)
                {
                    request.RequestUri = followed < UpstreamRedirects.Most && UpstreamRedirects.Next(from, response) is { } next
                        ? next
                        : throw _failures.Redirected(response.StatusCode, UpstreamRedirects.Place(from, _address.Base, response));
                }

                response = await OnceOrTwiceAsync(request, cancellationToken).ConfigureAwait(false);
            }

            return Check(request, response);
        }
        catch (HttpRequestException failure)
        {
            throw _failures.Of(failure, _proxy.IsUsedFor(request.RequestUri!));
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw _failures.TooSlow(failure, _proxy.IsUsedFor(request.RequestUri!));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pool.Dispose();
            if (_fresh.IsValueCreated)
                _fresh.Value.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> OnceOrTwiceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var (attempt, begun) = (UpstreamAttempt.Begin(), _time.GetTimestamp());
        try
        {
            return await _pool.SendAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException failure) when (
            failure.InnerException is IOException && attempt.WasStale && _time.GetElapsedTime(begun) < StaleWithin && !cancellation.IsCancellationRequested)
        {
            return await _fresh.Value.SendAsync(request, cancellation).ConfigureAwait(false);
        }
    }

    private HttpResponseMessage Check(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (IsOfProxy(request.RequestUri!, response))
        {
            using (response)
            {
                throw _failures.OfProxy(response.StatusCode);
            }
        }

        return UpstreamEncoding.Decode(response, _failures);
    }

    /// <summary>A refusal that is a page, and came through a proxy in the clear, is taken for the proxy's own. In a tunnel only the server speaks.</summary>
    private bool IsOfProxy(Uri asked, HttpResponseMessage response) =>
        !response.IsSuccessStatusCode && asked.Scheme == Uri.UriSchemeHttp
        && (response.StatusCode == HttpStatusCode.ProxyAuthenticationRequired || response.Content.Headers.ContentType?.MediaType == "text/html")
        && _proxy.IsUsedFor(asked);
}
