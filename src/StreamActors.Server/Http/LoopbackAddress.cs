using System.Net;

namespace StreamActors.Server.Http;

/// <summary>Tells addresses that only this machine can reach from others.</summary>
internal static class LoopbackAddress
{
    /// <summary>
    /// True for <c>localhost</c> and loopback IP addresses; a name other than localhost may be anything. Reads an address as Kestrel
    /// does, which listens everywhere where it reads a name.
    /// </summary>
    public static bool Is(string url) =>
        TryParse(url) is { } address
        && (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip)));

    /// <summary>Kestrel's own reading of an address, or null where it has none.</summary>
    public static BindingAddress? TryParse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
