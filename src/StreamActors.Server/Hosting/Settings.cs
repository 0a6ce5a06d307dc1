using StreamActors.Backends;
using StreamActors.Generations;
using StreamActors.Server.Http;
using StreamActors.Server.Http.Operators;
using StreamActors.Server.Monitoring;
using StreamActors.Sessions;

namespace StreamActors.Server.Hosting;

/// <summary>Every setting there is, as <c>config/appsettings.json</c> lists them.</summary>
public sealed class Settings
{
    /// <summary>The HTTP front.</summary>
    public ServerOptions Server { get; set; } = new();

    /// <summary>Who may call.</summary>
    public AuthOptions Auth { get; set; } = new();

    /// <summary>The model servers by name, in this order.</summary>
    public Dictionary<string, BackendOptions> Backends { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The model meant by a request that names none.</summary>
    public string? DefaultModel
    {
        get;
        set => field = string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>How sessions replace and rest.</summary>
    public SessionsOptions Sessions { get; set; } = new();

    /// <summary>How long answers may take.</summary>
    public GenerationsOptions Generations { get; set; } = new();

    /// <summary>Who may operate.</summary>
    public OperationsOptions Operations { get; set; } = new();

    /// <summary>Where the log goes.</summary>
    public LogsOptions Logs { get; set; } = new();

    /// <summary>Where metrics and traces are sent.</summary>
    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>Kestrel's own section: endpoints and certificates; null where there is none.</summary>
    public IConfigurationSection? Kestrel { get; set; }
}
