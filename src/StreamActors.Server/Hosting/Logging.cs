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
    /// <param name="health">Is told whether lines get there.</param>
    /// <exception cref="SettingsException">The log's folder or file cannot be written.</exception>
    public static Serilog.Core.Logger CreateLog(LogsOptions options, LogLevels levels, string contentRoot, LogHealth? health = null)
    {
        WritablePlaces.CheckLog(options, contentRoot);
        ITextFormatter formatter = options.Json ? new RenderedCompactJsonFormatter() : new LineFormatter();
        var console = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 64 * 1024);
        var configuration = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(levels.Own)
            .MinimumLevel.Override(typeof(OperatorLog).FullName!, LogEventLevel.Verbose) // who did what stands there at any level
            .MinimumLevel.Override("Microsoft", levels.Frameworks)
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal) // Program says it in one line
            .MinimumLevel.Override("Akka", levels.Frameworks)
            .MinimumLevel.Override("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogEventLevel.Warning) // they quote what was sent; our own line does not
            .Enrich.With<WithoutQueries>()
            .Filter.ByExcluding(e => e.Exception is CutResponseException);
        health ??= new LogHealth();
        var toConsole = new LeftOutLines("console", TimeProvider.System);
        health.Add("console", () => toConsole.Total);
        configuration.WriteTo.Queued(toConsole, console.Flush, sink => sink.Sink(new WriterSink(formatter, console)));
        var tell = LogFile(options, contentRoot) is { } file ? configuration.WriteToFile(file, formatter, health) : _ => { };

        var log = configuration.CreateLogger();
        toConsole.Log = log;
        tell(log);
        return log;
    }

    /// <summary>The file, or null where the console has the log alone.</summary>
    public static string? LogFile(LogsOptions options, string contentRoot) =>
        string.IsNullOrWhiteSpace(options.Directory) ? null : Path.Combine(contentRoot, options.Directory, "system.log");

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

    /// <summary>Adds the file; what is returned is to be called with the log, once there is one.</summary>
    private static Action<Serilog.ILogger> WriteToFile(this LoggerConfiguration configuration, string file, ITextFormatter formatter, LogHealth health)
    {
        var lines = new LeftOutLines("file", TimeProvider.System);
        health.Add("file", () => lines.Total);
        var watch = new LogFileWatch(file, lines, health);
        var held = new HeldFile(watch);
        // A file that took nothing is tried again, also while nothing is logged.
        lines.Look = held.Release;
        configuration.WriteTo.Queued(lines, held.Release, sink => sink.Fallible(
            to => to.File(formatter, file, fileSizeLimitBytes: MaxFileBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: 8, hooks: held), watch));
        return log => lines.Log = watch.Log = log;
    }

    private static LoggerConfiguration Queued(
        this LoggerSinkConfiguration to, LeftOutLines queue, Action flush, Action<LoggerSinkConfiguration> sink) => to.Async(
        queued => queued.Sink(LoggerSinkConfiguration.Wrap(inner => new InBursts(inner, flush, queue), sink)), queue, QueueLength, blockWhenFull: false);
}
