using StreamActors.Conformance.Backend;

namespace StreamActors.Conformance;

/// <summary>Command line of the conformance tools.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["check", .. var rest] when ConformanceOptions.TryParse(rest, out var options):
                return await ConformanceCommand.RunAsync(options);
            case ["backend", ..] when BackendOptions.TryParse(args, out var options):
                return await BackendCommand.RunAsync(options);
            default:
                await Console.Error.WriteLineAsync(args is ["backend", ..] ? BackendOptions.Usage : ConformanceOptions.Usage);
                return 2;
        }
    }
}
