using StreamActors.Conformance;
using StreamActors.Conformance.Checks;
using StreamActors.Conformance.Client;
using StreamActors.Soak.Upstream;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Conformance;

/// <summary>Runs the conformance kit as its command does.</summary>
internal static class Kit
{
    /// <param name="server">What is checked.</param>
    /// <param name="model">Its model server, or null where only the client's side is to be looked at.</param>
    /// <param name="output">Told what was seen.</param>
    /// <param name="bounds">How long a check waits; null: as shipped.</param>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(
        Uri server, UpstreamProcess? model, ITestOutputHelper output, Bounds? bounds = null)
    {
        Assert.True(ConformanceOptions.TryParse([server.ToString()], out var options));
        using var client = new ChatClient(options);
        using var books = model is null ? null : new ModelBooks(model.Address);
        await ServedModel.ChooseAsync(client, instrumented: books is not null);
        using var run = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var subject = new Subject(client, books, bounds ?? new Bounds(), run.Token);
        var findings = await new ConformanceRun(subject, _ => { }).RunAsync(AllChecks.Make());
        foreach (var finding in findings)
            output.WriteLine($"{finding.Verdict} {finding.Check.Name}: {finding.Seen.Text}");
        return findings;
    }

    public static IEnumerable<string> Of(this IEnumerable<Finding> findings, Verdict verdict) =>
        findings.Where(f => f.Verdict == verdict).Select(f => f.Check.Name);
}
