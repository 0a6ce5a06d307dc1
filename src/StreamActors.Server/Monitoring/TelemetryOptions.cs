using System.ComponentModel.DataAnnotations;
using OpenTelemetry.Exporter;

namespace StreamActors.Server.Monitoring;

/// <summary>Where metrics and traces are sent, under <c>Telemetry</c>. <c>/metrics</c> is there whatever stands here.</summary>
public sealed class TelemetryOptions : IValidatableObject
{
    /// <summary>Address of an OTLP collector; left out: nothing is sent and no span is made.</summary>
    /// <value>Default none; for example <c>http://127.0.0.1:4318</c>.</value>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>How it is spoken to.</summary>
    /// <value>Default <c>HttpProtobuf</c> (port 4318 as a rule); or <c>Grpc</c> (4317).</value>
    public OtlpExportProtocol OtlpProtocol { get; set; } = OtlpExportProtocol.HttpProtobuf;

    /// <summary>Headers for it, <c>name=value</c> separated by commas; best given by environment.</summary>
    public string? OtlpHeaders { get; set; }

    /// <summary>How often metrics are sent.</summary>
    /// <value>Default 1 min; 100 ms to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan MetricsInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The share of streams that get a span; where a caller sent a trace context, that says whether.</summary>
    /// <value>Default 1; 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TraceShare { get; set; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OtlpEndpoint is not null and not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return new ValidationResult("must be an absolute http or https address such as http://127.0.0.1:4318", [nameof(OtlpEndpoint)]);
        if (OtlpHeaders is { Length: > 0 } headers && headers.Split(',').Any(h => h.IndexOf('=') < 1))
            yield return new ValidationResult("must be name=value, separated by commas", [nameof(OtlpHeaders)]);
    }
}
