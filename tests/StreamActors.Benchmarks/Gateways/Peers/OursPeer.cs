using Microsoft.Extensions.Hosting;
using StreamActors.Server.Hosting;

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
        var log = Logging.CreateLog(settings.Logs, contentRoot);
        await using (var server = StreamActorsServer.Build(settings, contentRoot, log, services => Tuning.Apply(services, args)))
        {
            await server.StartAsync();
            Console.WriteLine(Peer.Listening + server.Urls.First());
            await server.WaitForShutdownAsync();
        }

        await Logging.CloseAsync(log);
        return 0;
    }
}
