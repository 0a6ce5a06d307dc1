using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using StreamActors.Server.Http.Proxies;

namespace StreamActors.Server.Http;

/// <summary>
/// Which web pages may call. Bodies are read whatever their content type, so a browser would send one here from any page
/// without asking first; only the server's own page and configured origins are let through.
/// </summary>
internal sealed class Origins(AllowedOrigins allowed, AuthOptions auth, IServer server)
{
    private readonly bool _keysOptional = auth.Mode == AuthMode.Optional;
    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Lets requests without an origin through, unless their browser says that another site's page makes them.</summary>
    /// <exception cref="ApiException">403.</exception>
    public void Check(HttpRequest request)
    {
        CheckHost(request);
        var origins = request.Headers.Origin;
        if (origins.Count == 0 ? IsFromElsewhere(request) : origins.Count > 1 || !(allowed.Allows(origins.ToString()) || IsOwn(origins.ToString(), request)))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status403Forbidden, "invalid_request_error", "origin_not_allowed",
                "Web pages of this origin may not call; add it to Server:AllowedOrigins if they should."));
        }
    }

    /// <summary>
    /// An image, a script or a form's target of another site has no origin: its page could read nothing of the answer, but would keep the server at work. A link
    /// from another site may open what is made for people.
    /// </summary>
    private static bool IsFromElsewhere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] == "cross-site" && (request.Headers["Sec-Fetch-Mode"] != "navigate" || Gate.Protects(request.Path));

    /// <summary>
    /// Where no key is needed, the name a request was sent to must be this machine's: a page whose own name points here would
    /// send no origin with its reads. What a proxy says of the name does not count: such a page could say it too.
    /// </summary>
    private void CheckHost(HttpRequest request)
    {
        var host = Arrival.Of(request.HttpContext).Host;
        if (!_keysOptional || LoopbackAddress.Is($"http://{host}") || allowed.NamesHost(host.ToString()))
            return;
        throw new ApiException(new ApiError(
            StatusCodes.Status403Forbidden, "invalid_request_error", "host_not_allowed",
            "While keys are optional this server answers to loopback names only; set Auth:Mode to Required, add the page's address to "
            + "Server:AllowedOrigins, or call it by 127.0.0.1."));
    }

    /// <summary>
    /// Own is a page that came from the very address that it calls. Its browser says so in a header that no page can set; older ones, and
    /// all where the page came without TLS, name the address alone.
    /// </summary>
    private bool IsOwn(string origin, HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] == "same-origin" || Addresses(request).Contains(origin, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Those that are listened on, and the one that was called. Where no key is needed, only a loopback one: a proxy on this machine may
    /// pass on any name that was made to point here.
    /// </summary>
    private IEnumerable<string> Addresses(HttpRequest request) =>
        _keysOptional && !LoopbackAddress.Is($"http://{request.Host}") ? Listened : Listened.Append(request.PublicOrigin());

    private IEnumerable<string> Listened =>
        from address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []
        where Uri.TryCreate(address, UriKind.Absolute, out _)
        let uri = new Uri(address)
        from host in LoopbackAddress.Is(address) ? LoopbackHosts : [uri.Host]
        select $"{uri.Scheme}://{host}:{uri.Port}";
}
