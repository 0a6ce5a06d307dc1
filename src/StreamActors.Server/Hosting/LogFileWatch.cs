using Serilog.Core;
using Serilog.Events;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>Knows whether the log's file takes lines, and says when that changes: <c>log_failing</c> once, <c>log_recovered</c> when it is over.</summary>
/// <param name="file">The file.</param>
/// <param name="lines">Counts what was left out.</param>
/// <param name="health">Where others look.</param>
internal sealed class LogFileWatch(string file, LeftOutLines lines, LogHealth health) : ILoggingFailureListener
{
    /// <summary>Where it is said: the console takes lines while the file does not.</summary>
    public Serilog.ILogger? Log { get; set; }

    /// <summary>Nothing could be written.</summary>
    /// <param name="cause">Why.</param>
    public void Failed(string cause)
    {
        var isNew = health.FileFault is null;
        health.FileFault = cause;
        if (isNew)
            Log?.Warning("log_failing file={file} cause={cause}", LogValue.Safe(file), LogValue.Safe(cause));
    }

    /// <summary>All that was kept is written.</summary>
    public void Succeeded()
    {
        if (health.FileFault is null)
            return;
        health.FileFault = null;
        Log?.Warning("log_recovered file={file} left_out={left_out}", LogValue.Safe(file), lines.Total);
    }

    /// <summary>Events that will be missing in the file.</summary>
    public void LeftOut(int events) => lines.Add(events);

    /// <summary>The file could not be opened: at the next size that it may have, or since its folder is gone.</summary>
    public void OnLoggingFailed(object sender, LoggingFailureKind kind, string message, IReadOnlyCollection<LogEvent>? events, Exception? exception)
    {
        LeftOut(events?.Count ?? 0);
        Failed(exception is null ? message : $"{message}: {exception.Message}");
    }
}
