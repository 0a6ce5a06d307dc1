using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace StreamActors.Benchmarks.Gateways.Peers;

/// <summary>YARP with one route, as its documentation shows.</summary>
internal static class YarpPeer
{
    public static void Add(IServiceCollection services) => services.AddHttpForwarder();

    public static void Map(WebApplication app, Uri upstream) => app.MapForwarder("/{**rest}", upstream.ToString());
}
