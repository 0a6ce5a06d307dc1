using System.Net;
using StreamActors.Server.Http;

namespace StreamActors.Server.Hosting;

/// <summary>One address the server is to listen on.</summary>
/// <param name="Setting">Where it is said.</param>
/// <param name="Url">The address.</param>
/// <param name="HasCertificate">A certificate is named for it.</param>
internal sealed record ListenAddress(string Setting, string Url, bool HasCertificate)
{
    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLoopback => LoopbackAddress.Is(Url);

    /// <summary>Those of <c>Kestrel:Endpoints</c>; where there are none, those of <c>Server:Urls</c>.</summary>
    public static IReadOnlyList<ListenAddress> Of(Settings settings)
    {
        var endpoints = settings.Kestrel?.GetSection("Endpoints").GetChildren().ToList() ?? [];
        var byDefault = settings.Kestrel?.GetSection("Certificates:Default").Exists() == true;
        return endpoints.Count == 0
            ? [.. settings.Server.UrlList.Select(url => new ListenAddress("Server:Urls", url, byDefault))]
            : [.. endpoints.Select(e => new ListenAddress(
                $"{e.Path}:Url", e["Url"] ?? "", byDefault || e.GetSection("Certificate").Exists() || e.GetSection("Sni").Exists()))];
    }

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault(AuthMode mode)
    {
        if (LoopbackAddress.TryParse(Url) is not { PathBase: "", IsUnixPipe: false, IsNamedPipe: false, Scheme: "http" or "https" } address
            || !IsHost(address.Host)
            || address.Port is < 0 or > IPEndPoint.MaxPort)
            return $"{Setting}: '{Url}' is not an address this server can listen on; write for example http://127.0.0.1:8000";
        if (address is { Host: "localhost", Port: 0 })
            return $"{Setting}: '{Url}': localhost is two addresses, which cannot share 'any free port'; write 127.0.0.1";
        if (address.Scheme == "https" && !HasCertificate)
            return $"{Setting}: {Url} needs a certificate; name one under Kestrel:Certificates:Default (Path and KeyPath)";
        if (mode == AuthMode.Optional && !IsLoopback)
            return $"{Setting}: {Url} can be reached from other machines while Auth:Mode is Optional (anybody may call, and the key 'devkey' works); set Auth:Mode to Required and add keys under Auth:Keys, or listen on 127.0.0.1";
        return null;
    }

    private static bool IsHost(string host) => host is "*" or "+" || Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown;
}
