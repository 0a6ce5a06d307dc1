using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using StreamActors.Backends.Upstream;
using StreamActors.Server.Http;

namespace StreamActors.Server.Hosting;

/// <summary>Wiring of Kestrel: addresses, protocol, and how many connections there may be.</summary>
internal static class KestrelHosting
{
    /// <summary>Room for connections beyond those that are served, while they are being refused.</summary>
    private const int BeingRefused = 32;

    public static void UseKestrel(this WebApplicationBuilder builder, Settings settings)
    {
        var most = Handles.MostConnections();
        UpstreamHandles.OfProcess.Most = (int)Math.Min(most ?? int.MaxValue, int.MaxValue);
        builder.UseInlineSockets(settings.Server);
        builder.UseKeepAlive();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Programs and proxies put names and titles into headers as they like. Latin-1 reads every byte; what is read here is ASCII and is checked.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            // Who reads a body holds it to MaxBodyBytes. Kestrel would reset the connection of a client that sends more, often before
            // it has read the answer; so it reads on without a use for it, for five seconds at most.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxConcurrentConnections = most;
            kestrel.ConfigureEndpointDefaults(listen =>
            {
                // One stream a connection: a cut must end the connection, which every client reports as an error.
                listen.Protocols = HttpProtocols.Http1;
                LastBytes.Bound(listen, settings.Server.WriteTimeout);
                RefusedRequests.Replace(listen);
            });
            if (settings.Kestrel is { } section)
                kestrel.Configure(section);
        });
        if (settings.Kestrel?.GetSection("Endpoints").GetChildren().Any() != true)
            builder.WebHost.UseUrls([.. settings.Server.UrlList]);
        if (most is { } bound)
        {
            builder.Services.AddSingleton<IConnectionListenerFactory>(p => new BoundedTransport(
                ActivatorUtilities.CreateInstance<SocketTransportFactory>(p), (int)Math.Min(bound, int.MaxValue - BeingRefused) + BeingRefused));
        }
    }
}
