using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>What the framework's reader of command lines leaves out without a word.</summary>
internal static class CommandLine
{
    private const string Shape = "a setting is written --Section:Key value; './run.sh help' lists what else there is";

    /// <summary>One fault for each word that sets nothing. What is no name is not repeated: it may be a secret that lost its name.</summary>
    public static IEnumerable<string> Faults(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var word = args[i];
            if (word.Contains('='))
                continue;
            if (word.StartsWith("--", StringComparison.Ordinal) || word.StartsWith('/'))
            {
                if (++i == args.Count)
                    yield return $"{LogValue.Safe(word)}: has no value; {Shape}";
            }
            else
            {
                yield return $"word {i + 1} of the command line sets nothing; {Shape}";
            }
        }
    }
}
