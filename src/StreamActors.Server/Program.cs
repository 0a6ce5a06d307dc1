using StreamActors.Server.Hosting;

var contentRoot = Directory.GetCurrentDirectory();
Settings settings;
try
{
    settings = SettingsReader.Read(SettingsReader.Load(contentRoot, args));
}
catch (Exception fault) when (fault is SettingsException or InvalidDataException or FormatException)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}

await using var log = Logging.CreateLog(settings.Logs, contentRoot);
await using var server = StreamActorsServer.Build(settings, contentRoot, log);
try
{
    await server.StartAsync();
}
catch (Exception fault) when (Banner.Explain(fault, settings) is { } explanation)
{
    Console.Error.WriteLine(explanation);
    return 1;
}

Banner.Started(server.Urls, settings, Logging.LogFile(settings.Logs, contentRoot), Console.Out);
await server.WaitForShutdownAsync();
return 0;
