using System.Net;
using StreamActors.Server.Http.Proxies;

namespace StreamActors.Server.Http;

/// <summary>
/// Tells who calls from this machine. The connection's own address counts, not what a header says of it; a foreign page whose own name
/// points here sends its own Host; and behind a proxy on this machine the whole world is loopback.
/// </summary>
internal static class LocalCaller
{
    /// <summary>A program on this machine that called this machine, through nobody.</summary>
    public static bool Is(HttpContext context) => HasLocalAddress(context) && NamesThisMachine(context) && !CameThroughProxy(context);

    /// <summary>The connection comes from a loopback address.</summary>
    public static bool HasLocalAddress(HttpContext context) =>
        Arrival.Of(context).Address is { } address && IPAddress.IsLoopback(address);

    /// <summary>The name that was called is a loopback one.</summary>
    public static bool NamesThisMachine(HttpContext context) => LoopbackAddress.Is($"http://{Arrival.Of(context).Host}");

    /// <summary>A proxy said that it passes on somebody else's request.</summary>
    public static bool CameThroughProxy(HttpContext context) => Arrival.Of(context).ThroughProxy;
}
