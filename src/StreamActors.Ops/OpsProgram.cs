using Spectre.Console;
using StreamActors.Ops.Client;
using StreamActors.Ops.Ops;
using StreamActors.Ops.Top;

namespace StreamActors.Ops;

/// <summary>The two programs: <c>ops COMMAND</c> and <c>top</c>.</summary>
internal static class OpsProgram
{
    /// <summary>Runs one of them.</summary>
    /// <param name="args"><c>top</c>, or <c>ops</c> and a command; <c>ops</c> may be left out before one.</param>
    /// <param name="console">Where answers for people go.</param>
    /// <param name="output">The same as plain text, for what no line may be broken of.</param>
    /// <param name="errors">Where one sentence goes when there is none.</param>
    /// <param name="folder">The folder whose server is meant: it has <c>config</c> and the key's file.</param>
    /// <param name="live">Whether a person looks on and can press keys.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>0 done; 1 refused, or not found; 2 the command is wrong; 3 the server cannot be reached.</returns>
    public static async Task<int> RunAsync(
        string[] args, IAnsiConsole console, TextWriter output, TextWriter errors, string folder, bool live, CancellationToken stop)
    {
        var tool = Invocation.In(folder).Tool;
        if (CommandLine.Parse(args, tool, out var fault) is not { } line)
        {
            await errors.WriteLineAsync(fault);
            return ExitCodes.Usage;
        }

        if (line.Verb is null)
        {
            await output.WriteAsync(CommandLine.Help(tool));
            return ExitCodes.Done;
        }

        try
        {
            var place = new ServerPlace(folder, line);
            using var client = new OperatorClient(place);
            return line.Verb == CommandLine.TopVerb
                ? await new TopCommand(client, console, console.Input, TimeProvider.System).RunAsync(live, stop)
                : await OpsCommand.RunAsync(line, client, console, output, stop);
        }
        catch (OperatorException failure)
        {
            if (line.Json && failure.Json is { } json)
                await output.WriteLineAsync(json);
            await errors.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Refused;
        }
    }
}
