using System.ComponentModel.DataAnnotations;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace StreamActors.Server.Hosting;

/// <summary>
/// What may stand in the section <c>Kestrel</c>. Kestrel reads the section itself and passes over what it does not know; here it is
/// only looked for faults.
/// </summary>
internal sealed class KestrelSettings
{
    public Dictionary<string, KestrelEndpointSettings> Endpoints { get; set; } = [];

    public KestrelTlsSettings EndpointDefaults { get; set; } = new();

    public KestrelCertificates Certificates { get; set; } = new();
}

/// <summary>How TLS is spoken.</summary>
internal class KestrelTlsSettings : IValidatableObject
{
    public string? Protocols { get; set; }

    public string[] SslProtocols { get; set; } = [];

    public ClientCertificateMode? ClientCertificateMode { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var name in SslProtocols.Where(name => !Enum.GetNames<SslProtocols>().Contains(name, StringComparer.OrdinalIgnoreCase)))
            yield return new ValidationResult($"'{name}' is not one of {string.Join(", ", Enum.GetNames<SslProtocols>())}", [nameof(SslProtocols)]);
    }
}

/// <summary>One name that a client may ask for.</summary>
internal class KestrelNameSettings : KestrelTlsSettings
{
    public KestrelCertificate Certificate { get; set; } = new();
}

/// <summary>One address.</summary>
internal sealed class KestrelEndpointSettings : KestrelNameSettings
{
    public string? Url { get; set; }

    public Dictionary<string, KestrelNameSettings> Sni { get; set; } = [];
}

/// <summary>Certificates for addresses that name none.</summary>
internal sealed class KestrelCertificates
{
    public KestrelCertificate Default { get; set; } = new();

    public KestrelCertificate Development { get; set; } = new();
}

/// <summary>A certificate in a file or a store.</summary>
internal sealed class KestrelCertificate
{
    public string? Path { get; set; }

    public string? KeyPath { get; set; }

    public string? Password { get; set; }

    public string? Subject { get; set; }

    public string? Store { get; set; }

    public string? Location { get; set; }

    public bool? AllowInvalid { get; set; }
}
