using StreamActors.Conformance.Backend;
using StreamActors.Conformance.Checks;
using StreamActors.Conformance.Client;
using StreamActors.Conformance.Report;

namespace StreamActors.Conformance;

/// <summary>The verb <c>check</c>.</summary>
internal static class ConformanceCommand
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int BadUsage = 2;
    private const int NotReachable = 3;

    public static async Task<int> RunAsync(ConformanceOptions options)
    {
        if (options.BackendPort is not { } port)
            return await RunAsync(options, backend: null);
        if (BackendCommand.TryListen(port, out var fault) is not { } backend)
        {
            await Console.Error.WriteLineAsync(fault);
            return BadUsage;
        }

        BackendCommand.Start(backend);
        return await RunAsync(options, new Uri($"http://127.0.0.1:{backend.Port}"));
    }

    private static async Task<int> RunAsync(ConformanceOptions options, Uri? backend)
    {
        using var client = new ChatClient(options);
        using var books = backend is null ? null : new ModelBooks(backend);
        var progress = Consoles.For(Console.Error, Console.IsErrorRedirected);
        try
        {
            await ServedModel.ChooseAsync(client, instrumented: books is not null);
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"{options.Server} cannot be reached: {Words.Plain(e.Message)}");
            return NotReachable;
        }

        var clock = MonotonicClock.Microseconds;
        using var run = new CancellationTokenSource(options.Within);
        var subject = new Subject(client, books, new Bounds(), run.Token);
        var findings = await RunProgress.ShowAsync(progress, new(subject, AllChecks.Make()));
        var report = new ConformanceReport(options, client.Model, backend, findings, TimeSpan.FromMicroseconds(MonotonicClock.Microseconds - clock));
        if (options.Json)
            Console.WriteLine(JsonReport.Write(report));
        else
            TableReport.Write(report, Consoles.For(Console.Out, Console.IsOutputRedirected));
        return report.Passed ? Passed : Failed;
    }
}
