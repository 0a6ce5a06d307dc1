using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace StreamActors.Benchmarks.Gateways.Peers;

/// <summary>The gateways of .NET to compare with, each the least code that does it. They log nothing.</summary>
internal static class Peer
{
    /// <summary>What a gateway of this program says when it listens, before its address.</summary>
    public const string Listening = "listens on ";

    /// <summary>Serves until a signal comes.</summary>
    /// <param name="args">Which one, the model server's address, and the tuning.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["ours", .. var settings])
            return await OursPeer.RunAsync(settings);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls("http://127.0.0.1:0");
        var upstream = new Uri(args[1]);
        if (args[0] == "yarp")
            YarpPeer.Add(builder.Services);
        Tuning.Apply(builder.Services, args);
        await using var app = builder.Build();
        switch (args[0])
        {
            case "raw":
                RawPeer.Map(app, upstream);
                break;
            case "yarp":
                YarpPeer.Map(app, upstream);
                break;
            case "ichat":
                ChatClientPeer.Map(app, upstream);
                break;
            default:
                await Console.Error.WriteLineAsync($"there is no peer '{args[0]}'");
                return 2;
        }

        await app.StartAsync();
        Console.WriteLine(Listening + app.Urls.First());
        await app.WaitForShutdownAsync();
        return 0;
    }
}
