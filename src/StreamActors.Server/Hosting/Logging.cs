using Akka.Hosting;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using StreamActors.Server.Http;

namespace StreamActors.Server.Hosting;

/// <summary>Wiring of the log: console and file behind one bounded queue, so that a stopped terminal stops no actor.</summary>
internal static class Logging
{
    private const int QueueLength = 100_000;
    private const int MaxFileBytes = 256 * 1024 * 1024;

    public static Serilog.Core.Logger CreateLog(LogsOptions options, string contentRoot)
    {
        ITextFormatter formatter = options.Json ? new RenderedCompactJsonFormatter() : new LineFormatter();
        return new LoggerConfiguration()
            .MinimumLevel.Is(options.Level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal) // Program says it in one line
            .MinimumLevel.Override("Akka", LogEventLevel.Warning)
            .Filter.ByExcluding(e => e.Exception is CutResponseException)
            .WriteTo.Async(
                sinks =>
                {
                    sinks.Console(formatter);
                    sinks.File(
                        formatter, LogFile(options, contentRoot), fileSizeLimitBytes: MaxFileBytes,
                        rollOnFileSizeLimit: true, retainedFileCountLimit: 8);
                },
                bufferSize: QueueLength,
                blockWhenFull: false)
            .CreateLogger();
    }

    public static string LogFile(LogsOptions options, string contentRoot) =>
        Path.Combine(contentRoot, options.Directory, "system.log");

    public static AkkaConfigurationBuilder WithLogging(this AkkaConfigurationBuilder akka) => akka.ConfigureLoggers(loggers =>
    {
        loggers.ClearLoggers();
        loggers.AddLoggerFactory();
        loggers.LogLevel = Akka.Event.LogLevel.WarningLevel;
    });
}
