namespace StreamActors.Server.Tests.Nginx;

/// <summary>One way in which nginx may stand before the server.</summary>
/// <param name="Name">Of the way.</param>
/// <param name="More">What stands beside <c>proxy_pass</c> in Debian's default site; null: the site that this repository ships.</param>
internal sealed record NginxWay(string Name, string? More)
{
    /// <summary>Under this path.</summary>
    public string Path { get; init; } = "";

    /// <summary>Ways that let each token through.</summary>
    public static IReadOnlyList<NginxWay> All { get; } =
    [
        new("proxy_pass alone", ""),
        new("HTTP/1.0, proxy_buffering off", "proxy_buffering off;"),
        new("HTTP/1.1", "proxy_http_version 1.1;"),
        new("HTTP/1.1, proxy_buffering off", "proxy_http_version 1.1; proxy_buffering off;"),
        new("config/nginx.conf", null),
        new("config/nginx.conf, /llm/", null) { Path = "/llm" },
    ];

    /// <summary>Ways that keep an event stream back against the server's word, until enough of it is there.</summary>
    public static IReadOnlyList<NginxWay> Buffering { get; } =
    [
        new("HTTP/1.0, buffers whatever the server says", "proxy_ignore_headers X-Accel-Buffering;"),
        new("HTTP/1.1, buffers whatever the server says", "proxy_ignore_headers X-Accel-Buffering; proxy_http_version 1.1;"),
    ];
}
