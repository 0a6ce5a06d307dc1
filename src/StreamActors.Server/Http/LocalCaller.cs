using System.Net;

namespace StreamActors.Server.Http;

/// <summary>
/// Tells who calls from this machine. The connection's own address counts, not what a header says of it; a foreign page whose own name
/// points here sends its own Host; and behind a proxy on this machine the whole world is loopback.
/// </summary>
internal static class LocalCaller
{
    private static readonly string[] ProxyHeaders = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>A program on this machine that called this machine, through nobody.</summary>
    public static bool Is(HttpContext context) => HasLocalAddress(context) && NamesThisMachine(context) && !CameThroughProxy(context);

    /// <summary>The connection comes from a loopback address.</summary>
    public static bool HasLocalAddress(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    /// <summary>The name that was called is a loopback one.</summary>
    public static bool NamesThisMachine(HttpContext context) => LoopbackAddress.Is($"http://{context.Request.Host}");

    /// <summary>A proxy said that it passes on somebody else's request.</summary>
    public static bool CameThroughProxy(HttpContext context) => ProxyHeaders.Any(context.Request.Headers.ContainsKey);
}
