namespace StreamActors.Server.Hosting;

/// <summary>Where the log goes, under <c>Logs</c>.</summary>
public sealed class LogsOptions
{
    /// <summary>Folder of <c>system.log</c>, relative to the content root; empty or null: the log goes to the console only.</summary>
    /// <value>Default <c>logs</c>.</value>
    public string? Directory { get; set; } = "logs";

    /// <summary>One JSON object a line in place of text.</summary>
    public bool Json { get; set; }

    /// <summary>The least level that is logged.</summary>
    /// <value>Default <c>Information</c>; Verbose, Debug, Information, Warning, Error or Fatal.</value>
    public Serilog.Events.LogEventLevel Level { get; set; } = Serilog.Events.LogEventLevel.Information;
}
