using Petabridge.Cmd;

namespace StreamActors.PetabridgeCmd;

/// <summary>The commands of the palette <c>streams</c>, with the help that pbm shows.</summary>
internal static class StreamsPalette
{
    private const string SessionHelp = "The session: owner/id, or the id where only one owner has it.";

    public static readonly CommandDefinition SessionsList = Plain("sessions-list", "Lists the live sessions, busy ones first.");

    public static readonly CommandDefinition SessionsShow = new CommandDefinitionBuilder()
        .WithName("sessions-show").WithDescription("Shows one live session.")
        .WithArgument(a => a.WithName("session").WithDescription(SessionHelp).WithSwitch("-s").WithSwitch("-S").IsMandatory(true)).Build();

    public static readonly CommandDefinition SessionsCancel = new CommandDefinitionBuilder()
        .WithName("sessions-cancel").WithDescription("Ends a session and what runs in it; answers when that is proven over.")
        .WithArgument(a => a.WithName("session").WithDescription(SessionHelp).WithSwitch("-s").WithSwitch("-S").IsMandatory(true)).Build();

    public static readonly CommandDefinition List = Plain("list", "Lists the streams that run, the oldest first.");

    public static readonly CommandDefinition Cancel = new CommandDefinitionBuilder()
        .WithName("cancel").WithDescription("Ends exactly one stream; answers when it is proven over.")
        .WithArgument(a => a.WithName("trace").WithDescription("Its trace; six of the first digits or more will do.")
            .WithSwitch("-t").WithSwitch("-T").IsMandatory(true)).Build();

    public static readonly CommandDefinition BackendsList = Plain("backends-list", "Lists the model servers: reachable, running, waiting, detached.");

    public static readonly CommandDefinition EventsList = Plain("events-list", "Lists the newest stream events, the newest first.");

    public static readonly CommandDefinition Drain = new CommandDefinitionBuilder()
        .WithName("drain").WithDescription("Shows whether new prompts are taken, or says so; what runs may finish.")
        .WithArgument(a => a.WithName("state").WithDescription("on: take none; off: take them again.")
            .WithSwitch("-s").WithSwitch("-S").IsMandatory(false)).Build();

    public static readonly CommandDefinition Stats = Plain("stats", "Shows totals, rates, time to first token and time to proof.");

    public static readonly CommandDefinition LogLevel = new CommandDefinitionBuilder()
        .WithName("log-level").WithDescription("Shows the log's level, or sets it until the process ends.")
        .WithArgument(a => a.WithName("level").WithDescription("Verbose, Debug, Information, Warning, Error or Fatal.")
            .WithSwitch("-l").WithSwitch("-L").IsMandatory(false)).Build();

    public static readonly CommandPalette Instance = new(
        "streams", [SessionsList, SessionsShow, SessionsCancel, List, Cancel, BackendsList, EventsList, Drain, Stats, LogLevel]);

    /// <summary>The value of an argument as it was typed, or null.</summary>
    public static string? ValueOf(this Command command, CommandDefinition definition, string argument)
    {
        var switches = definition.ArgumentsByName[argument].Switch;
        return command.Arguments.LastOrDefault(typed => switches.Contains(typed.Item1))?.Item2;
    }

    private static CommandDefinition Plain(string name, string description) =>
        new CommandDefinitionBuilder().WithName(name).WithDescription(description).Build();
}
