using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace StreamActors.Server.Http;

/// <summary>
/// Which web pages may call. Bodies are read whatever their content type, so a browser would send one here from any page
/// without asking first; only the server's own page and configured origins are let through.
/// </summary>
internal sealed class Origins(ServerOptions options, AuthOptions auth, IServer server)
{
    private readonly bool _keysOptional = auth.Mode == AuthMode.Optional;
    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    private readonly HashSet<string> _allowed = new(options.AllowedOrigins, StringComparer.OrdinalIgnoreCase);

    /// <summary>Lets requests without an origin through: they do not come from a page.</summary>
    /// <exception cref="ApiException">403.</exception>
    public void Check(HttpRequest request)
    {
        CheckHost(request);
        var origins = request.Headers.Origin;
        if (origins.Count == 0)
            return;
        var origin = origins.ToString();
        if (origins.Count == 1 && (_allowed.Contains(origin) || IsOwn(origin, request)))
            return;
        throw new ApiException(new ApiError(
            StatusCodes.Status403Forbidden, "invalid_request_error", "origin_not_allowed",
            "Web pages of this origin may not call; add it to Server:AllowedOrigins if they should."));
    }

    /// <summary>
    /// Where no key is needed, the name a request was sent to must be this machine's: a page whose own name points here would
    /// send no origin with its reads.
    /// </summary>
    private void CheckHost(HttpRequest request)
    {
        if (!_keysOptional || LoopbackAddress.Is($"http://{request.Host}") || _allowed.Any(o => o.EndsWith($"://{request.Host}", StringComparison.OrdinalIgnoreCase)))
            return;
        throw new ApiException(new ApiError(
            StatusCodes.Status403Forbidden, "invalid_request_error", "host_not_allowed",
            "While keys are optional this server answers to loopback names only; set Auth:Mode to Required, or call it by 127.0.0.1."));
    }

    /// <summary>
    /// Own is what the server listens on. Behind a loopback address the Host header proves nothing (a foreign name may point
    /// here), so it counts only where the server listens for other machines and so demands keys.
    /// </summary>
    private bool IsOwn(string origin, HttpRequest request)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses.Where(a => Uri.TryCreate(a, UriKind.Absolute, out _)).Select(a => new Uri(a)))
        {
            var hosts = LoopbackAddress.Is(address.ToString()) ? LoopbackHosts : [address.Host];
            if (hosts.Any(host => origin.Equals($"{address.Scheme}://{host}:{address.Port}", StringComparison.OrdinalIgnoreCase)))
                return true;
        }

        return addresses.Any(a => !LoopbackAddress.Is(a))
            && origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
