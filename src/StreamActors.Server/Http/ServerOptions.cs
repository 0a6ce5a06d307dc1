using System.ComponentModel.DataAnnotations;

namespace StreamActors.Server.Http;

/// <summary>The HTTP front, under <c>Server</c>.</summary>
public sealed class ServerOptions : IValidatableObject
{
    internal const long MostBuffered = 1L << 40;

    /// <summary>Addresses to listen on, separated by semicolons.</summary>
    /// <value>Default <c>http://127.0.0.1:8000</c>; port 0 takes any free one.</value>
    public string Urls { get; set; } = "http://127.0.0.1:8000";

    /// <summary>How long running streams may go on after SIGTERM.</summary>
    /// <value>Default 10 s; 0 to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A comment line is sent after this long without a byte.</summary>
    /// <value>Default 5 s; 10 ms to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client may take no data before its stream is ended.</summary>
    /// <value>Default 30 s; 10 ms to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest request body.</summary>
    /// <value>Bytes; default 4 MiB; 1 KiB to 1 GiB.</value>
    [Range(1024, 1024 * 1024 * 1024)]
    public long MaxBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many bytes the bodies of all open requests may have together; 0: a quarter of the memory that the process may have.</summary>
    /// <value>Default 0; up to 1 TiB, and no less than <see cref="MaxBodyBytes"/>.</value>
    [Range(0, MostBuffered)]
    public long MaxBufferedBytes { get; set; }

    /// <summary>How many requests may be open at once; more are answered 503.</summary>
    /// <value>Default 10,000; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>What a socket brings is handled on the thread that polls it, which is fastest; false: on the thread pool.</summary>
    /// <value>Default true.</value>
    public bool InlineSockets { get; set; } = true;

    /// <summary>
    /// Origins of web pages, other than the server's own, that may call it: <c>https://chat.example</c>, <c>app://obsidian.md</c>, <c>null</c>. A
    /// <c>*</c> may stand for the port, the host's first part or the host; alone it is every page.
    /// </summary>
    /// <value>Default none.</value>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Addresses and networks of the proxies whose <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c> are believed; empty: none.
    /// </summary>
    /// <value>Default this machine.</value>
    public string[] TrustedProxies { get; set; } = ["127.0.0.0/8", "::1"];

    /// <summary>The addresses one by one.</summary>
    public IReadOnlyList<string> UrlList => Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxBufferedBytes > 0 && MaxBufferedBytes < MaxBodyBytes)
            yield return new ValidationResult($"must be 0, or no less than {nameof(MaxBodyBytes)} ({MaxBodyBytes})", [nameof(MaxBufferedBytes)]);
        foreach (var fault in TrustedProxies.Select(Proxies.TrustedProxies.Fault).OfType<string>())
            yield return new ValidationResult(fault, [nameof(TrustedProxies)]);
        foreach (var origin in AllowedOrigins)
        {
            if (OriginPattern.Parse(origin, out var fault) is null)
                yield return new ValidationResult(fault, [nameof(AllowedOrigins)]);
        }
    }
}
