using System.Net;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// The proxy that the environment (or the system) names, as .NET reads it, but never for this machine itself, and with <c>no_proxy</c> as curl and others read it:
/// <c>*</c>, a domain with all below it, with or without a dot before it, an address, a network such as <c>10.0.0.0/8</c>, each with or without a port.
/// </summary>
/// <param name="inner">Knows the proxies.</param>
/// <param name="except">The value of <c>no_proxy</c>, or null.</param>
internal sealed class UpstreamProxy(IWebProxy inner, string? except) : IWebProxy
{
    private readonly IReadOnlyList<string> _except =
        except?.Split([',', ' ', '\t', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => inner.Credentials;
        set => inner.Credentials = value;
    }

    /// <summary>As the process' environment says.</summary>
    public static UpstreamProxy OfEnvironment() => new(
        HttpClient.DefaultProxy, Environment.GetEnvironmentVariable("no_proxy") ?? Environment.GetEnvironmentVariable("NO_PROXY"));

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => inner.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => IsThisMachine(host) || _except.Any(entry => Matches(entry, host)) || inner.IsBypassed(host);

    /// <summary>Whether a request to there goes through a proxy.</summary>
    public bool IsUsedFor(Uri destination) => !IsBypassed(destination) && GetProxy(destination) is not null;

    private static bool IsThisMachine(Uri host)
    {
        var name = host.IdnHost.TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && (IPAddress.IsLoopback(address) || IPAddress.Any.Equals(address) || IPAddress.IPv6Any.Equals(address)));
    }

    private static bool Matches(string entry, Uri host)
    {
        if (entry == "*")
            return true;
        var (name, port) = Split(entry);
        if (port is { } only && only != host.Port)
            return false;
        var target = host.IdnHost.TrimEnd('.');
        if (IPAddress.TryParse(target, out var address))
            return IPAddress.TryParse(name, out var one) ? one.Equals(address) : IPNetwork.TryParse(name, out var network) && network.Contains(address);
        name = name.TrimStart('*').Trim('.');
        return name.Length > 0 && target.EndsWith(name, StringComparison.OrdinalIgnoreCase)
            && (target.Length == name.Length || target[^(name.Length + 1)] == '.');
    }

    /// <summary>An entry's host or network, and its port if it has one. The colons of a bare IPv6 address do not begin a port.</summary>
    private static (string Name, int? Port) Split(string entry)
    {
        var colon = entry.LastIndexOf(':');
        var isPort = colon > 0 && (entry[colon - 1] == ']' || entry.IndexOf(':') == colon) && int.TryParse(entry.AsSpan(colon + 1), out _);
        var name = isPort ? entry[..colon] : entry;
        return (name.Trim('[', ']'), isPort ? int.Parse(entry.AsSpan(colon + 1)) : null);
    }
}
