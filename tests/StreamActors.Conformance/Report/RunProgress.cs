using Spectre.Console;
using StreamActors.Conformance.Checks;

namespace StreamActors.Conformance.Report;

/// <summary>Says what is being looked at while it is.</summary>
internal static class RunProgress
{
    /// <param name="console">Standard error, so that the report stays alone on standard output.</param>
    /// <param name="work">The server under test and the checks.</param>
    public static Task<IReadOnlyList<Finding>> ShowAsync(IAnsiConsole console, (Subject Subject, IReadOnlyList<Check> Checks) work) =>
        console.Status().StartAsync("is a prompt answered ...", async status =>
        {
            void Starting(Check check) => status.Status(Markup.Escape($"{NumberOf(check)} of {work.Checks.Count}: {check.Name} ..."));
            int NumberOf(Check check) => work.Checks.ToList().IndexOf(check) + 1;
            return await new ConformanceRun(work.Subject, Starting).RunAsync(work.Checks);
        });
}
