using Serilog.Core;
using Serilog.Events;

namespace StreamActors.Telemetry;

/// <summary>The least levels that are logged, which may change while the server runs.</summary>
public sealed class LogLevels
{
    /// <param name="level">The level to begin with.</param>
    public LogLevels(LogEventLevel level) => Level = level;

    /// <summary>The server's own.</summary>
    public LoggingLevelSwitch Own { get; } = new();

    /// <summary>Frameworks speak up only when something is wrong, or when somebody looks for it.</summary>
    public LoggingLevelSwitch Frameworks { get; } = new();

    /// <summary>The server's own level; the frameworks' follows.</summary>
    public LogEventLevel Level
    {
        get => Own.MinimumLevel;
        set
        {
            Own.MinimumLevel = value;
            Frameworks.MinimumLevel = value is <= LogEventLevel.Debug or > LogEventLevel.Warning ? value : LogEventLevel.Warning;
        }
    }
}
