using System.Net.Http.Headers;
using System.Net.Security;
using System.Reflection;
using System.Text;

namespace StreamActors.Backends.Upstream;

/// <summary>Makes the HTTP client towards a model server.</summary>
internal static class UpstreamClient
{
    /// <summary>Shorter than servers keep an idle connection (uvicorn: 5 s), so that one rarely closes just when a prompt is sent.</summary>
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(4);

    private static readonly string UserAgent =
        $"StreamActors/{typeof(UpstreamClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0"}";

    /// <summary>
    /// A client without a total timeout (the generation owns the deadlines) whose connections are closed, not drained, when an
    /// answer is not read to its end: a drain would keep the model busy and the next prompt waiting.
    /// </summary>
    /// <param name="name">The backend's configured name.</param>
    /// <param name="url">The server's address.</param>
    /// <param name="protocol">What it speaks.</param>
    /// <param name="options">Key, headers, trust and connect timeout.</param>
    /// <param name="proxy">Which requests go through a proxy; null: as the environment says.</param>
    /// <param name="time">A clock; null: the system's.</param>
    /// <param name="handles">The account of connections; null: the process's.</param>
    public static UpstreamHttpClient Create(
        string name, Uri url, UpstreamProtocol protocol, BackendOptions options, UpstreamProxy? proxy = null, TimeProvider? time = null,
        UpstreamHandles? handles = null)
    {
        var address = UpstreamAddress.Of(url, protocol);
        var trust = new UpstreamTrust(options.CaFile is { } file ? UpstreamTrust.Load(file) : null);
        proxy ??= UpstreamProxy.OfEnvironment();
        var handler = new UpstreamHandler(
            pooled => Connections(pooled, options.ConnectTimeout, trust, proxy, handles ?? UpstreamHandles.OfProcess),
            address, proxy, new UpstreamFailures(new UpstreamCauses(name, url.Scheme, options.ConnectTimeout)), time ?? TimeProvider.System);
        var http = new UpstreamHttpClient(name, handler) { BaseAddress = address.Base, Timeout = Timeout.InfiniteTimeSpan };
        AddHeaders(http.DefaultRequestHeaders, address, options);
        return http;
    }

    private static SocketsHttpHandler Connections(bool pooled, TimeSpan connectTimeout, UpstreamTrust trust, UpstreamProxy proxy, UpstreamHandles handles) => new()
    {
        ActivityHeadersPropagator = null, // a prompt's trace context is its own, whatever is current on the thread that sends it
        AllowAutoRedirect = false,
        ConnectCallback = (context, cancellation) => UpstreamConnector.ConnectAsync(context, handles, cancellation),
        ConnectTimeout = connectTimeout,
        MaxResponseDrainSize = 0,
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(handles.Watch(context.PlaintextStream)),
        PooledConnectionIdleTimeout = IdleFor,
        PooledConnectionLifetime = pooled ? TimeSpan.FromMinutes(5) : TimeSpan.Zero,
        Proxy = proxy,
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1, // a caller's header goes on byte by byte
        ResponseDrainTimeout = TimeSpan.Zero,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = trust.Check },
        UseCookies = false,
    };

    private static void AddHeaders(HttpRequestHeaders headers, UpstreamAddress address, BackendOptions options)
    {
        // Firewalls refuse requests without a name; a compressed stream comes in lumps.
        headers.TryAddWithoutValidation("User-Agent", UserAgent);
        headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (UpstreamKey.Of(options.ApiKey) is { } key)
            headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        else if (address.User is { } user)
            headers.Authorization = new AuthenticationHeaderValue("Basic", user);
        foreach (var (name, value) in options.Headers)
        {
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value.Trim());
        }
    }
}
