using static StreamActors.Operations.OperationsProtocol;

namespace StreamActors.Operations;

/// <summary>The commands as operators write them: a name of one or two words, and for some an argument.</summary>
public static class OperatorCommands
{
    private const string Usage =
        "sessions list|show|cancel, streams list|cancel, backends list, events list, drain [on|off], stats, log-level [LEVEL]";

    /// <summary>The request that a command means, or what is wrong with it.</summary>
    /// <param name="command">Its words, for example <c>sessions cancel</c>.</param>
    /// <param name="target">Its argument, or null.</param>
    /// <param name="most">How long a list may be.</param>
    /// <param name="refused">What is wrong, where the answer is null.</param>
    public static Request? Parse(string command, string? target, int most, out OperationsReply.Refused? refused)
    {
        var name = string.Join(' ', command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var request = target is null ? Plain(name, most) : WithTarget(name, target);
        refused = request is not null ? null
            : target is null && NeedsTarget(name) is { } needed ? Invalid($"'{name}' needs {needed}.")
            : target is not null && Plain(name, most) is not null ? Invalid($"'{name}' takes no argument.")
            : Invalid($"There is no command '{name}'; there are: {Usage}.");
        return request;
    }

    private static Request? Plain(string name, int most) => name switch
    {
        "sessions list" => new ListSessions(most),
        "streams list" => new ListStreams(most),
        "backends list" => new ListBackends(),
        "events list" => new ListEvents(most),
        "drain" => new ShowDrain(),
        "drain on" => new SetDrain(On: true),
        "drain off" => new SetDrain(On: false),
        "stats" => new ShowStats(),
        "log-level" => new ShowLogLevel(),
        _ => null,
    };

    private static Request? WithTarget(string name, string target) => name switch
    {
        "sessions show" => new ShowSession(target),
        "sessions cancel" => new CancelSession(target),
        "streams cancel" => new CancelStream(target),
        "log-level" => new SetLogLevel(target),
        _ => null,
    };

    private static string? NeedsTarget(string name) => name switch
    {
        "sessions show" or "sessions cancel" => "a session: owner/id, or the id where only one owner has it",
        "streams cancel" => "a stream: its trace, or its first six digits or more",
        _ => null,
    };

    private static OperationsReply.Refused Invalid(string message) => new(Refusal.Invalid, message);
}
