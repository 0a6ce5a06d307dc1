using System.Globalization;

namespace StreamActors.Ops;

/// <summary>What was asked for.</summary>
/// <param name="Verb"><c>ops</c> or <c>top</c>; null: help.</param>
/// <param name="Command">The server's command, for example <c>sessions cancel</c>.</param>
/// <param name="Target">Its argument, or null.</param>
internal sealed record CommandLine(string? Verb, string Command = "", string? Target = null)
{
    public const string OpsVerb = "ops";
    public const string TopVerb = "top";

    /// <summary>All there is, for those who call the tool so.</summary>
    /// <param name="tool">How it is called.</param>
    public static string Help(string tool) => $"""
        {tool} ops COMMAND [--url URL] [--json]

          sessions list                 live sessions, busy ones first
          sessions show SESSION         one of them; SESSION is owner/id, or the id where only one owner has it
          sessions cancel SESSION       end it and what runs in it; answers when that is proven over
          streams list                  what runs now, the oldest first
          streams cancel TRACE          end one stream; six digits of its trace or more will do
          backends list                 model servers: reachable, running, waiting, detached
          events list                   the newest stream events
          drain [on | off]              take no new prompts, or take them again; what runs may finish
          stats                         totals, rates, time to first token, time to proof
          log-level [LEVEL]             show or set it: Verbose, Debug, Information, Warning, Error, Fatal

        {tool} top [--url URL]

          all of that at one glance, live; q quits

          --url URL                     the server; default: the first of Server:Urls (http://127.0.0.1:8000)
          --key KEY, --key-file FILE    the operator key; default: STREAMACTORS_OPERATOR_KEY, else the
                                        file that Operations:KeyFile names (logs/operator.key)
          --limit N                     how many a list shows (1000)
          --json                        the server's answer unchanged, for programs

        Exit codes: 0 done, 1 refused or not found, 2 the command is wrong, 3 the server cannot be reached.

        """;

    /// <summary>The server's commands, and whether each needs an argument.</summary>
    public static readonly IReadOnlyDictionary<string, bool> Commands = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["sessions list"] = false,
        ["sessions show"] = true,
        ["sessions cancel"] = true,
        ["streams list"] = false,
        ["streams cancel"] = true,
        ["backends list"] = false,
        ["events list"] = false,
        ["drain"] = false,
        ["drain on"] = false,
        ["drain off"] = false,
        ["stats"] = false,
        ["log-level"] = false,
    };

    public string? Url { get; private init; }

    public string? Key { get; private init; }

    public string? KeyFile { get; private init; }

    public int? Limit { get; private init; }

    public bool Json { get; private init; }

    /// <summary>What the words say.</summary>
    /// <param name="args">The words; <c>ops</c> may be left out.</param>
    /// <param name="tool">How the tool is called.</param>
    /// <param name="fault">One sentence, where the answer is null.</param>
    public static CommandLine? Parse(string[] args, string tool, out string fault)
    {
        fault = "";
        var words = new List<string>();
        var line = new CommandLine(Verb: null);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--help" or "-h" or "help":
                    return new CommandLine(Verb: null);
                case "--json":
                    line = line with { Json = true };
                    continue;
                case "--url" or "--key" or "--key-file" or "--limit" when value is null:
                    fault = $"{args[i]} needs a value; '{tool} ops' shows what there is.";
                    return null;
                case "--url":
                    line = line with { Url = value };
                    break;
                case "--key":
                    line = line with { Key = value };
                    break;
                case "--key-file":
                    line = line with { KeyFile = value };
                    break;
                case "--limit" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0:
                    line = line with { Limit = most };
                    break;
                case var option when option.StartsWith("--", StringComparison.Ordinal):
                    fault = $"'{option}{(option == "--limit" ? $" {value}" : "")}' is not understood; '{tool} ops' shows what there is.";
                    return null;
                default:
                    words.Add(args[i]);
                    continue;
            }

            i++;
        }

        return WithCommand(line, words, tool, out fault);
    }

    private static CommandLine? WithCommand(CommandLine line, List<string> words, string tool, out string fault)
    {
        fault = "";
        if (words is [] or [OpsVerb])
            return line;
        if (words is [TopVerb])
            return line with { Verb = TopVerb };
        var rest = words is [OpsVerb, .. var after] ? after : words;
        var two = string.Join(' ', rest.Take(2));
        var (command, target) = Commands.ContainsKey(two) ? (two, rest.Skip(2).ToList()) : (rest[0], rest.Skip(1).ToList());
        if (!Commands.TryGetValue(command, out var needed))
            fault = $"There is no command '{string.Join(' ', words)}'; '{tool} ops' shows what there is.";
        else if (needed && target.Count == 0)
            fault = $"'{command}' needs {(command == "streams cancel" ? "a stream's trace" : "a session: owner/id, or the id")}.";
        else if (target.Count > (needed || command == "log-level" ? 1 : 0))
            fault = $"'{target[^1]}' is too much after '{command}'; '{tool} ops' shows what there is.";
        return fault.Length > 0 ? null : line with { Verb = OpsVerb, Command = command, Target = target.FirstOrDefault() };
    }
}
