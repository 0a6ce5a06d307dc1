using System.ComponentModel.DataAnnotations;

namespace StreamActors.Server.Http;

/// <summary>Whether callers need a key.</summary>
public enum AuthMode
{
    /// <summary>Local use: no key, or <c>devkey</c>, or a configured one. Only while every address is loopback.</summary>
    Optional,
    /// <summary>Every call needs a configured key.</summary>
    Required,
}

/// <summary>Who may call, under <c>Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>Whether callers need a key.</summary>
    public AuthMode Mode { get; set; } = AuthMode.Optional;

    /// <summary>The keys by name; the name owns the sessions made with the key.</summary>
    public Dictionary<string, ApiKeyOptions> Keys { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>One key, under <c>Auth:Keys:NAME</c>.</summary>
public sealed class ApiKeyOptions
{
    internal const int Most = 1_000_000;

    /// <summary>SHA-256 of the key: 64 hex digits.</summary>
    [Required]
    [RegularExpression("^[0-9a-fA-F]{64}$", ErrorMessage = "must be the SHA-256 of the key: 64 hex digits")]
    public string? Sha256 { get; set; }

    /// <summary>In how many sessions it may have streams open at once; left out: any number. A request without a session is one of its own.</summary>
    /// <value>Default none; 1 to 1,000,000.</value>
    [Range(1, Most)]
    public int? MaxStreams { get; set; }

    /// <summary>How many prompts it may send in a minute: so many at once, and then evenly; left out: any number.</summary>
    /// <value>Default none; 1 to 1,000,000.</value>
    [Range(1, Most)]
    public int? PromptsPerMinute { get; set; }

    /// <summary>How many bytes the bodies of its open requests may have together; left out: half of <see cref="ServerOptions.MaxBufferedBytes"/>.</summary>
    /// <value>Default none; 1 KiB to 1 TiB.</value>
    [Range(1024, ServerOptions.MostBuffered)]
    public long? MaxBufferedBytes { get; set; }

    /// <summary>The models it may use; empty: all.</summary>
    public string[] Models { get; set; } = [];
}
