using System.Diagnostics;
using StreamActors.Soak.Books;
using StreamActors.Soak.Checks;
using StreamActors.Soak.Host;
using StreamActors.Soak.Report;
using StreamActors.Soak.Traffic;
using StreamActors.Soak.Upstream;

namespace StreamActors.Soak;

/// <summary>One soak: starts the processes, lets the crowd loose, watches, and in the end checks everything.</summary>
internal sealed class SoakRun : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietEvery = TimeSpan.FromSeconds(15);

    private readonly SoakOptions _options;
    private readonly TextWriter _out;
    private readonly string _logs;
    private readonly UpstreamBooks _upstream;
    private readonly ServerProcess _server;
    private readonly World _world;
    private readonly WallClock _clock = WallClock.Read();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<Sample> _quiet = [];
    private int _surprisesShown;

    private SoakRun(SoakOptions options, TextWriter @out, string logs, UpstreamBooks upstream, ServerProcess server)
    {
        (_options, _out, _logs, _upstream, _server) = (options, @out, logs, upstream, server);
        _world = new World(server.Address);
    }

    /// <returns>The exit code: 1 when anything that must be 0 is not.</returns>
    public static async Task<int> RunAsync(SoakOptions options, TextWriter @out)
    {
        await @out.WriteLineAsync($"soak of {options.Length.TotalSeconds:F0} s, {options.Sessions} sessions, seed {options.Seed}");
        var logs = Directory.CreateTempSubdirectory("streamactors-soak-").FullName;
        var upstream = await UpstreamBooks.StartAsync();
        var server = await ServerProcess.StartAsync(Models.Settings(upstream.First, upstream.Second, logs));
        await using var run = new SoakRun(options, @out, logs, upstream, server);
        var summary = await run.RunAsync();
        await @out.WriteLineAsync(summary.ToMarkdown());
        await @out.WriteLineAsync(summary.Save());
        if (summary.Passed)
            Directory.Delete(logs, recursive: true);
        else
            await @out.WriteLineAsync($"The server's log stays in {logs}");
        return summary.Passed ? 0 : 1;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private async Task<Summary> RunAsync()
    {
        var before = await _server.SampleAsync(collect: true);
        var crowd = new Crowd(_world, _options.Sessions, _options.Seed);
        var (nextLook, nextQuiet) = (LookEvery, QuietEvery);
        while (_watch.Elapsed < _options.Length)
        {
            var next = TimeSpan.FromTicks(Math.Min(Math.Min(nextLook.Ticks, nextQuiet.Ticks), _options.Length.Ticks));
            if (next > _watch.Elapsed)
                await Task.Delay(next - _watch.Elapsed);
            if (_watch.Elapsed >= nextLook)
            {
                await ShowAsync();
                nextLook = _watch.Elapsed + LookEvery;
            }

            if (_watch.Elapsed >= nextQuiet)
            {
                await BeQuietAsync(crowd);
                crowd.Resume();
                nextQuiet = _watch.Elapsed + QuietEvery;
            }
        }

        await BeQuietAsync(crowd);
        await crowd.StopAsync();
        await ProbeAsync();
        var after = await SettleAsync();
        await ShowAsync();
        var exitCode = await _server.StopAsync(Timing.Drain + Timing.AfterDrain);
        return await SumUpAsync(before, after, exitCode);
    }

    /// <summary>All clients wait: a moment that can be compared with the one before.</summary>
    private async Task BeQuietAsync(Crowd crowd)
    {
        if (!await crowd.PauseAsync(2 * Timing.Longest))
            _world.Surprises.Enqueue("A client's scenario does not end.");
        _quiet.Add(await _server.SampleAsync(collect: true));
    }

    /// <summary>After everything each backend answers, the stuck ones too.</summary>
    private async Task ProbeAsync()
    {
        await Task.Delay(Timing.Total / 4);
        var client = new Client(_world, _options.Sessions, new Random(_options.Seed));
        foreach (var backend in MisbehavingBackend.Names)
            await client.CompletesAsync(BackendFaults.Misbehaving(client, backend, hold: 0));
        foreach (var model in Models.Servers.Keys)
            await client.CompletesAsync(client.Ask(5, 5, model: model, session: $"probe-{model}"));
    }

    /// <summary>Waits until no session is left.</summary>
    private async Task<Sample> SettleAsync()
    {
        var bound = _watch.Elapsed + Timing.IdleSession + Timing.Longest;
        Sample sample;
        do
        {
            await Task.Delay(200);
            sample = await _server.SampleAsync(collect: true);
        }
        while (sample.Host is not { Sessions: 0, Actors: 0, Streams: 0, Responses: 0 } && _watch.Elapsed < bound);
        if (sample.Host is not { Sessions: 0, Actors: 0, Streams: 0, Responses: 0 })
            _world.Surprises.Enqueue($"Something is left: {sample.Host}");
        return sample;
    }

    private async Task ShowAsync()
    {
        await _upstream.FetchAsync();
        var sample = await _server.SampleAsync(collect: false);
        await _out.WriteLineAsync(
            $"{_watch.Elapsed:mm\\:ss}  prompts {_world.Prompts,6}  {_world.Prompts / _watch.Elapsed.TotalSeconds,4:F0}/s"
            + $"  faults {_world.Faults.Values.Sum(),5}  live {_world.Live,3}  overlaps {_upstream.Overlaps}"
            + $"  server {sample.ResidentKilobytes / 1024} MB  handles {sample.Handles}  threads {sample.Threads}  surprises {_world.Surprises.Count}");
        foreach (var surprise in _world.Surprises.Skip(_surprisesShown).ToList())
        {
            await _out.WriteLineAsync($"       {surprise}");
            _surprisesShown++;
        }
    }

    private async Task<Summary> SumUpAsync(Sample before, Sample after, int? exitCode)
    {
        await _upstream.FetchAsync();
        // Rolled files sort behind the first.
        var log = Directory.GetFiles(_logs).Order(StringComparer.Ordinal).SelectMany(File.ReadLines).Select(LogLine.Parse).ToList();
        var books = new BooksOf(log);
        var consistency = new LogConsistency(log, Models.Servers, _upstream.Events, _world.Receipts, _clock);
        return new Summary(_options, _watch.Elapsed, _world, _upstream, books, consistency)
        {
            LogLines = log.Count,
            Alarms = [.. log.Where(IsAlarm).Select(line => line.Text)],
            ExitCode = exitCode,
            Before = before,
            Quiet = _quiet,
            After = after,
        };
    }

    private static bool IsAlarm(LogLine line) => line.Event is "log_lines_left_out" or "log_failing" or "request_failed"
        || line.Text.Contains(" ERR ", StringComparison.Ordinal) || line.Text.Contains(" FTL ", StringComparison.Ordinal);
}
