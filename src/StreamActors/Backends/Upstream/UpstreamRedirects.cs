namespace StreamActors.Backends.Upstream;

/// <summary>
/// What is done about a redirect. A prompt may go where its server sends it by 307 or 308, as those keep method and body, and only to the same host, never from
/// https to http: what it holds, and the key it goes with, are for that host. All else is named to the operator, so that the setting is mended.
/// </summary>
internal static class UpstreamRedirects
{
    /// <summary>How many are followed for one request.</summary>
    public const int Most = 3;

    /// <summary>Whether an answer is a redirect. The other statuses from 300 on have no use here.</summary>
    public static bool Is(HttpResponseMessage response) => (int)response.StatusCode is >= 300 and < 400;

    /// <summary>Where the request goes next; null: nowhere.</summary>
    /// <param name="from">Where it went.</param>
    /// <param name="response">What came back.</param>
    public static Uri? Next(Uri from, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (307 or 308) || Target(from, response) is not { } to || !to.IdnHost.Equals(from.IdnHost, StringComparison.OrdinalIgnoreCase))
            return null;
        return to.Scheme == from.Scheme || to.Scheme == Uri.UriSchemeHttps ? to : null;
    }

    /// <summary>The address it names, as the setting would hold it: without query and user, and without the endpoint's path where both have it.</summary>
    /// <param name="from">Where the request went.</param>
    /// <param name="address">The configured address, of which <paramref name="from"/> is an endpoint.</param>
    /// <param name="response">What came back.</param>
    public static string? Place(Uri from, Uri address, HttpResponseMessage response)
    {
        if (Target(from, response) is not { } to)
            return null;
        var endpoint = from.AbsolutePath.StartsWith(address.AbsolutePath, StringComparison.Ordinal) ? from.AbsolutePath[(address.AbsolutePath.Length - 1)..] : "";
        var path = to.AbsolutePath.TrimEnd('/');
        if (endpoint.Length > 1 && path.EndsWith(endpoint, StringComparison.Ordinal))
            path = path[..^endpoint.Length];
        return $"{to.Scheme}://{to.Authority}{path}";
    }

    private static Uri? Target(Uri from, HttpResponseMessage response) =>
        response.Headers.Location is { } location && Uri.TryCreate(from, location, out var to) && to.Scheme is "http" or "https" ? to : null;
}
