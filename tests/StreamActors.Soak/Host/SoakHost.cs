using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamActors.Backends;
using StreamActors.Server.Hosting;
using StreamActors.Telemetry;

namespace StreamActors.Soak.Host;

/// <summary>The real server as a process of its own, with backends beside the configured ones that misbehave.</summary>
internal static class SoakHost
{
    public const string Listening = "listening ";

    /// <summary>Serves until the standard input is closed or a signal comes.</summary>
    /// <param name="args">Settings, as the server takes them.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var contentRoot = Directory.GetCurrentDirectory();
        var settings = SettingsReader.Read(SettingsReader.Load(contentRoot, args));
        var log = Logging.CreateLog(settings.Logs, new LogLevels(settings.Logs.Level), contentRoot);
        await using (var server = StreamActorsServer.Build(settings, contentRoot, log, services => services.AddSingleton(
            p => WithMisbehaving(settings.Backends, p.GetRequiredService<TimeProvider>()))))
        {
            HostFigures.Map(server);
            await server.StartAsync();
            Console.WriteLine($"{Listening}{server.Urls.First()}");
            _ = Task.Run(() => StopWithStdinAsync(server.Lifetime));
            await server.WaitForShutdownAsync();
        }

        await Logging.CloseAsync(log);
        return 0;
    }

    /// <summary>The configured backends; one with the name of a misbehaving one is replaced by it.</summary>
    private static BackendRegistry WithMisbehaving(IReadOnlyDictionary<string, BackendOptions> options, TimeProvider time)
    {
        var configured = BackendRegistry.Create(options, time);
        return new BackendRegistry(options.Select(o => (
            MisbehavingBackend.All.Contains(o.Key) ? new MisbehavingBackend(o.Key) : configured.Get(o.Key), o.Value)));
    }

    private static async Task StopWithStdinAsync(IHostApplicationLifetime lifetime)
    {
        await using var stdin = Console.OpenStandardInput();
        await stdin.CopyToAsync(Stream.Null);
        lifetime.StopApplication();
    }
}
