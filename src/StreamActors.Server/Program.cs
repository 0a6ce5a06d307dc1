using StreamActors.Server.Hosting;
using StreamActors.Telemetry;

if (args is [KeyCommand.Verb, .. var rest])
    return KeyCommand.Run(rest, Console.Out, Console.Error);

var contentRoot = Directory.GetCurrentDirectory();
Settings settings;
Serilog.Core.Logger log;
WebApplication server;
try
{
    settings = SettingsReader.Read(SettingsReader.Load(contentRoot, args), services: _ => { }, args);
    WritablePlaces.Check(settings, contentRoot);
    var (levels, health) = (new LogLevels(settings.Logs.Level), new LogHealth());
    log = Logging.CreateLog(settings.Logs, levels, contentRoot, health);
    SettingsReader.LogIgnored(log);
    server = StreamActorsServer.Build(settings, contentRoot, log, services => services.AddSingleton(levels).AddSingleton(health));
}
catch (Exception fault) when (fault is SettingsException or InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(fault.InnerException is { } cause ? $"{fault.Message} {cause.Message}" : fault.Message);
    return 2;
}
catch (Exception fault) when (Banner.ExplainAkka(fault) is { } explanation)
{
    Console.Error.WriteLine(explanation);
    return 2;
}

try
{
    await server.StartAsync();
    // Not awaited: a terminal that takes nothing must not keep the server from stopping.
    _ = Task.Run(() => Banner.Started(server.Urls, settings, Logging.LogFile(settings.Logs, contentRoot), Console.Out));
    await server.WaitForShutdownAsync();
    return 0;
}
catch (OperationCanceledException) when (server.Lifetime.ApplicationStopping.IsCancellationRequested)
{
    // It was told to stop before it had started.
    return 0;
}
catch (Exception fault) when ((Banner.ExplainAkka(fault) ?? Banner.Explain(fault, settings)) is { } explanation)
{
    Console.Error.WriteLine(explanation);
    return 1;
}
finally
{
    try
    {
        await server.DisposeAsync();
    }
    finally
    {
        await Logging.CloseAsync(log);
    }
}
