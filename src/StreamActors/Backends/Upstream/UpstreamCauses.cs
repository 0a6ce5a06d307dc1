using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace StreamActors.Backends.Upstream;

/// <summary>Why a model server did not answer, in one sentence for the operator, with the name of the setting that mends it.</summary>
/// <param name="name">The backend's configured name.</param>
/// <param name="scheme">That of its address.</param>
/// <param name="connectTimeout">Its bound of a connection.</param>
internal sealed class UpstreamCauses(string name, string scheme, TimeSpan connectTimeout)
{
    /// <summary>The setting that holds the server's address.</summary>
    public string Url => Setting(nameof(BackendOptions.Url));

    /// <summary>What to do about a proxy that does not let a request pass.</summary>
    public static string Advice(HttpStatusCode? ofProxy) => ofProxy == HttpStatusCode.ProxyAuthenticationRequired
        ? "put user and password into its address (http_proxy, https_proxy)."
        : "if no proxy is meant for it, put its host into no_proxy.";

    private string Setting(string setting) => $"Backends:{name}:{setting}";

    /// <summary>What a connection is made to.</summary>
    public string Place(bool byProxy) => byProxy ? $"the proxy that the environment names for {Url}" : Url;

    /// <summary>The bound of a connection, as the setting has it.</summary>
    public string Timeout() => $"{Setting(nameof(BackendOptions.ConnectTimeout))} ({connectTimeout.TotalSeconds:0.###} s)";

    /// <summary>Of a request that got no answer; null: nothing that the operator could mend.</summary>
    public string? Of(HttpRequestException failure, bool byProxy)
    {
        var place = Place(byProxy);
        if (Find<CertificateRefusedException>(failure) is { } refused)
            return OfCertificate(refused);
        if (Find<ConnectFailedException>(failure) is { } connect)
            return OfConnect(connect, place);
        return failure.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => OfName(Find<SocketException>(failure), place),
            HttpRequestError.SecureConnectionError when Find<AuthenticationException>(failure) is { } handshake =>
                $"No secure connection to {Url}: {(handshake.InnerException is null ? "what answers there does not speak TLS; is it http://?" : "the TLS handshake failed.")}",
            HttpRequestError.SecureConnectionError =>
                $"No secure connection to {Url}: what answers there ended the TLS handshake; is it http://?",
            HttpRequestError.ProxyTunnelError =>
                $"The proxy that the environment names refused the way to {Url}{(failure.StatusCode is { } status ? $" ({(int)status})" : "")}: {Advice(failure.StatusCode)}",
            HttpRequestError.InvalidResponse => $"What answers at {Url} does not speak HTTP: is it https://?",
            HttpRequestError.ResponseEnded => $"The server at {Url} closes connections without an answer{(scheme == Uri.UriSchemeHttp ? ": is it https://?" : ".")}",
            _ => null,
        };
    }

    /// <summary>Of a connection for which there was no handle.</summary>
    public string OfHandles(int most) =>
        $"All {most} connections to model servers that this process has handles for are in use, so none was made to {Url}: raise its limit of open files (ulimit -n, LimitNOFILE).";

    private string OfCertificate(CertificateRefusedException refused) => refused.Fault switch
    {
        CertificateFault.OutOfTime when refused.NotAfter is { } end && refused.NotBefore is { } begin =>
            $"The certificate of {Url}, or one above it, is out of its time: it is valid from {begin:yyyy-MM-dd} to {end:yyyy-MM-dd}. Is this machine's clock right?",
        CertificateFault.OtherName => $"The certificate of {Url} is for another name than the one in the address.",
        CertificateFault.Untrusted => $"The certificate of {Url} is not trusted: set {Setting(nameof(BackendOptions.CaFile))} to a file with the certificate of its authority.",
        _ => $"The server at {Url} shows no certificate.",
    };

    /// <summary>Of a name none of whose addresses took the connection.</summary>
    public string OfConnect(ConnectFailedException failure, string place)
    {
        var kinds = failure.Failures.Select(f => (f.Family, Says: Says(f.Error))).Distinct().ToList();
        if (kinds.Count == 0)
            return $"The name in {place} has no address.";
        if (kinds.Select(k => k.Says).Distinct().Count() > 1)
        {
            return $"No address of {place} takes connections: {string.Join("; ", kinds.Select(k =>
                $"{(k.Family == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4")} {k.Says}"))}.";
        }

        return failure.Failures[0].Error switch
        {
            SocketError.TimedOut => $"No connection to {place} within {Timeout()}: it does not answer.",
            SocketError.ConnectionRefused => $"Nothing listens at {place}: the connection was refused.",
            _ => $"No connection to {place}: it {kinds[0].Says}.",
        };
    }

    private static string Says(SocketError error) => error switch
    {
        SocketError.TimedOut => "does not answer",
        SocketError.ConnectionRefused => "refuses the connection",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.AddressNotAvailable => "cannot be reached from this machine",
        _ => $"fails ({error})",
    };

    private static string OfName(SocketException? failure, string place) => failure?.SocketErrorCode == SocketError.TryAgain
        ? $"The name in {place} cannot be looked up now: the name service does not answer."
        : $"The name in {place} is not known to the name service.";

    /// <summary>The cause of that type behind a failure, or null.</summary>
    public static T? Find<T>(Exception failure)
        where T : Exception
    {
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found)
                return found;
        }

        return null;
    }
}
