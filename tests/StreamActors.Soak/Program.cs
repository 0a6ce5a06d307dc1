using StreamActors.Soak.Host;

namespace StreamActors.Soak;

/// <summary>Command line of the soak.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["host", .. var settings]:
                return await SoakHost.RunAsync(settings);
            case ["soak", .. var rest] when SoakOptions.TryParse(rest, out var options):
                return await SoakRun.RunAsync(options, Console.Out);
            default:
                await Console.Error.WriteLineAsync(SoakOptions.Usage);
                return 2;
        }
    }
}
