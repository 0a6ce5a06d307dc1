using System.Net;

namespace StreamActors.Server.Http;

/// <summary>Tells addresses that only this machine can reach from others.</summary>
internal static class LoopbackAddress
{
    /// <summary>True for <c>localhost</c> and loopback IP addresses; a name other than localhost may be anything.</summary>
    public static bool Is(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
