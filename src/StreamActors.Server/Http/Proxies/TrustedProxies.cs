using System.Net;
using StreamActors.Telemetry;

namespace StreamActors.Server.Http.Proxies;

/// <summary>Reads <c>Server:TrustedProxies</c>: addresses and networks.</summary>
internal static class TrustedProxies
{
    /// <summary>The networks meant; an address is a network of its own.</summary>
    /// <exception cref="FormatException">An entry is neither.</exception>
    public static IReadOnlyList<IPNetwork> Parse(IEnumerable<string> entries) =>
        [.. entries.Select(entry => TryParse(entry, out var network) ? network : throw new FormatException(Fault(entry)))];

    /// <summary>What is wrong with an entry, or null.</summary>
    public static string? Fault(string entry) =>
        TryParse(entry, out _) ? null : $"'{LogValue.OneLine(entry)}' is neither an address, such as 10.0.0.7, nor a network, such as 10.0.0.0/8";

    private static bool TryParse(string entry, out IPNetwork network)
    {
        // The framework would take "7" for 0.0.0.7.
        if (IPAddress.TryParse(entry, out var address) && (entry.Contains(':') || entry.Count(c => c == '.') == 3))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(entry, out network);
    }
}
