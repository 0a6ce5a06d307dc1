using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace StreamActors.Server.Http.Proxies;

/// <summary>
/// What trusted proxies say of a request: <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c>. It tells the log who
/// called, and the server under which address the client knows it. It gives no caller any right: see <see cref="Arrival"/>.
/// </summary>
internal static class ForwardedRequests
{
    /// <summary>So many proxies in a row are believed.</summary>
    private const int MostProxies = 16;

    /// <summary>Goes before everything that asks for the request's address, scheme, host or path.</summary>
    public static IApplicationBuilder UseForwardedRequests(this IApplicationBuilder app, ServerOptions options)
    {
        app.Use((context, next) =>
        {
            Arrival.Keep(context);
            return next(context);
        });
        // Without any network the framework would believe everybody.
        if (options.TrustedProxies.Length == 0)
            return app;
        var trusted = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = MostProxies };
        trusted.KnownProxies.Clear();
        trusted.KnownIPNetworks.Clear();
        foreach (var network in TrustedProxies.Parse(options.TrustedProxies))
            trusted.KnownIPNetworks.Add(network);
        return app.UseForwardedHeaders(trusted).Use((context, next) =>
        {
            var request = context.Request;
            // Clients send these headers too, and not every proxy takes them off.
            request.Scheme = request.Scheme.ToLowerInvariant() is "http" or "https" ? request.Scheme.ToLowerInvariant() : Arrival.Of(context).Scheme;
            request.PathBase = Prefix(request.PathBase);
            return next(context);
        });
    }

    /// <summary>The address of the client as it stands in the log: as far as the proxies in between are trusted.</summary>
    public static string? ClientAddress(this HttpContext context) => Text(context.Connection.RemoteIpAddress);

    /// <summary>An address as it stands in the log.</summary>
    public static string? Text(IPAddress? address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        _ => address?.ToString(),
    };

    /// <summary>The address under which the client knows this server, without a slash at its end; for example <c>https://chat.example/llm</c>.</summary>
    public static string PublicAddress(this HttpRequest request) =>
        $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase.ToUriComponent()}";

    /// <summary>The origin that a page at this address has, as browsers write it: without the scheme's usual port.</summary>
    public static string PublicOrigin(this HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var address) ? address.GetLeftPart(UriPartial.Authority) : "";

    private static PathString Prefix(PathString prefix)
    {
        var text = (prefix.Value ?? "").TrimEnd('/');
        return text.StartsWith("//", StringComparison.Ordinal) || text.Any(c => c is '\\' or '?' or '#' || char.IsControl(c)) ? default : text;
    }
}
