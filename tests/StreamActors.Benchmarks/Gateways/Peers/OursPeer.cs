using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamActors.Server.Hosting;
using StreamActors.Telemetry;

namespace StreamActors.Benchmarks.Gateways.Peers;

/// <summary>The server itself, in a process that can set what the shipped one leaves as it is.</summary>
internal static class OursPeer
{
    /// <summary>Serves until a signal comes.</summary>
    /// <param name="args">The server's settings, and the tuning.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var contentRoot = Directory.GetCurrentDirectory();
        var settings = SettingsReader.Read(SettingsReader.Load(contentRoot, Tuning.Others(args)));
        var levels = new LogLevels(settings.Logs.Level);
        var log = Logging.CreateLog(settings.Logs, levels, contentRoot);
        await using (var server = StreamActorsServer.Build(settings, contentRoot, log, services => Tuning.Apply(services.AddSingleton(levels), args)))
        {
            await server.StartAsync();
            Console.WriteLine(Peer.Listening + server.Urls.First());
            await server.WaitForShutdownAsync();
        }

        await Logging.CloseAsync(log);
        return 0;
    }
}
