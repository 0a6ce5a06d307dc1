using System.Net;

namespace StreamActors.Server.Http.Proxies;

/// <summary>
/// How a request reached this server, before anything was believed of what proxies say: who may do more for being on this machine is
/// told by it, never by a header.
/// </summary>
/// <param name="Address">The other end of the connection; null: none, as with a Unix socket.</param>
/// <param name="Scheme">What is spoken on the connection.</param>
/// <param name="Host">The <c>Host</c> header. A page cannot choose it: it is the name under which the page's browser came here.</param>
/// <param name="ThroughProxy">A header says that somebody passes on another's request.</param>
internal sealed record Arrival(IPAddress? Address, string Scheme, HostString Host, bool ThroughProxy)
{
    private static readonly string[] ProxyHeaders =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>That of a request.</summary>
    public static Arrival Of(HttpContext context) => context.Features.Get<Arrival>() ?? Read(context);

    /// <summary>Remembers how a request came.</summary>
    public static void Keep(HttpContext context) => context.Features.Set(Read(context));

    private static Arrival Read(HttpContext context) => new(
        context.Connection.RemoteIpAddress, context.Request.Scheme, context.Request.Host, ProxyHeaders.Any(context.Request.Headers.ContainsKey));
}
