using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamActors.Ops.Client;

namespace StreamActors.Ops.Ops;

/// <summary><c>ops COMMAND</c>: one command, one answer.</summary>
internal static class OpsCommand
{
    /// <summary>So that no line is broken that a program is to read.</summary>
    private const int WidthWhereNobodyLooks = 400;

    /// <exception cref="OperatorException">Refused, or nobody is there.</exception>
    public static async Task<int> RunAsync(CommandLine line, OperatorClient client, IAnsiConsole console, TextWriter output, CancellationToken stop)
    {
        if (line.Json)
        {
            await output.WriteLineAsync(await client.AskAsync(line.Command, line.Target, line.Limit, stop));
            return ExitCodes.Done;
        }

        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = WidthWhereNobodyLooks;
        console.Write(await AnswerAsync(line, client, stop));
        return ExitCodes.Done;
    }

    private static async Task<IRenderable> AnswerAsync(CommandLine line, OperatorClient client, CancellationToken stop)
    {
        return line.Command switch
        {
            "sessions list" => Tables.Sessions(await AskAsync<SessionList>()),
            "sessions show" => Tables.Session(await AskAsync<Session>()),
            "streams list" => Tables.Streams(await AskAsync<SessionList>()),
            "sessions cancel" or "streams cancel" => Sentence(await AskAsync<Cancelled>()),
            "backends list" => Tables.Backends(await AskAsync<BackendList>()),
            "events list" => Tables.Events(await AskAsync<EventList>()),
            "stats" => Tables.Figures(await AskAsync<Figures>()),
            "log-level" => Line($"The log's level is {(await AskAsync<LogLevel>()).Level}."),
            _ => Sentence(await AskAsync<Drain>()),
        };

        Task<T> AskAsync<T>() => client.AskAsync<T>(line.Command, line.Target, line.Limit, stop);
    }

    private static Text Sentence(Cancelled done)
    {
        var what = done.Trace is { } trace ? $"{Shown.Name(done.Owner, done.Id)} {trace}" : Shown.Name(done.Owner, done.Id);
        return Line(done.Outcome switch
        {
            "finished_cleanly" => string.Create(CultureInfo.InvariantCulture, $"{what}: finished_cleanly, proven over after {done.TookMs} ms."),
            "timed_out" => string.Create(CultureInfo.InvariantCulture, $"{what}: timed_out, not over after {done.TookMs} ms; it is detached, and nothing of it reaches anybody."),
            _ => $"{what}: {done.Outcome}, nothing ran any more.",
        });
    }

    private static Text Sentence(Drain state) => Line(state switch
    {
        { Stopping: true } => $"The server is stopping; {Shown.Count(state.Running)} streams run.",
        { On: true } => $"Draining: new prompts are answered 503, {Shown.Count(state.Running)} streams run. 'drain off' undoes it.",
        _ => "New prompts are taken.",
    });

    private static Text Line(string text) => new(Shown.Clean(text) + "\n");
}
