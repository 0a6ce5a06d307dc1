using System.Text;
using Akka.Hosting;
using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using StreamActors.Operations;
using StreamActors.Server.Http;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>
/// Wiring of the log. Console and file have a bounded queue each, so that a stopped terminal stops neither an actor nor the file;
/// what a full queue had to leave out is counted and said.
/// </summary>
internal static class Logging
{
    private const int QueueLength = 100_000;
    private const int MaxFileBytes = 256 * 1024 * 1024;
    private static readonly TimeSpan FlushAtEnd = TimeSpan.FromSeconds(2);

    /// <param name="options">Where it goes.</param>
    /// <param name="levels">What is logged; may change at any time.</param>
    /// <param name="contentRoot">What the folder is relative to.</param>
    /// <exception cref="IOException">The log's folder or file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static Serilog.Core.Logger CreateLog(LogsOptions options, LogLevels levels, string contentRoot)
    {
        var file = LogFile(options, contentRoot);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using (File.Open(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            // Serilog would go on without a file and say nothing.
        }

        var (toConsole, toFile) = (new LeftOutLines("console"), new LeftOutLines("file"));
        var (console, held) = (new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 64 * 1024), new HeldFile());
        ITextFormatter formatter = options.Json ? new RenderedCompactJsonFormatter() : new LineFormatter();
        var log = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(levels.Own)
            .MinimumLevel.Override(typeof(OperatorLog).FullName!, LogEventLevel.Verbose) // who did what stands there at any level
            .MinimumLevel.Override("Microsoft", levels.Frameworks)
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal) // Program says it in one line
            .MinimumLevel.Override("Akka", levels.Frameworks)
            .Filter.ByExcluding(e => e.Exception is CutResponseException)
            .WriteTo.Queued(toConsole, console.Flush, sink => sink.Sink(new WriterSink(formatter, console)))
            .WriteTo.Queued(toFile, held.Release, sink => sink.File(
                formatter, file, fileSizeLimitBytes: MaxFileBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: 8, hooks: held))
            .CreateLogger();
        (toConsole.Log, toFile.Log) = (log, log);
        return log;
    }

    public static string LogFile(LogsOptions options, string contentRoot) =>
        Path.Combine(contentRoot, options.Directory, "system.log");

    /// <summary>Writes out what is queued; a terminal that takes nothing is not waited for.</summary>
    public static async Task CloseAsync(Serilog.Core.Logger log)
    {
        try
        {
            await Task.Run(log.Dispose).WaitAsync(FlushAtEnd);
        }
        catch (TimeoutException)
        {
            // Nobody reads the console any more; the file has its own queue and is written.
        }
    }

    public static AkkaConfigurationBuilder WithLogging(this AkkaConfigurationBuilder akka, LogsOptions options) => akka.ConfigureLoggers(loggers =>
    {
        loggers.ClearLoggers();
        loggers.AddLoggerFactory();
        loggers.LogLevel = options.Level <= LogEventLevel.Debug ? Akka.Event.LogLevel.DebugLevel : Akka.Event.LogLevel.WarningLevel;
    });

    private static LoggerConfiguration Queued(
        this LoggerSinkConfiguration to, LeftOutLines queue, Action flush, Action<LoggerSinkConfiguration> sink) => to.Async(
        queued => queued.Sink(LoggerSinkConfiguration.Wrap(inner => new InBursts(inner, flush, queue), sink)), queue, QueueLength, blockWhenFull: false);
}
