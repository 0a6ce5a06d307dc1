using System.Globalization;
using System.Runtime.InteropServices;
using StreamActors.Benchmarks;
using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Gateways.Peers;
using StreamActors.Benchmarks.Micro;
using StreamActors.Benchmarks.Report;
using StreamActors.Benchmarks.Scenarios;
using StreamActors.Benchmarks.Upstream;

switch (args)
{
    case ["upstream"]:
        using (var backend = new PacedBackend())
        {
            Console.WriteLine($"{Peer.Listening}http://127.0.0.1:{backend.Port}");
            backend.Run();
        }

        return 0;
    case ["peer", _, _, ..]:
        return await Peer.RunAsync(args[1..]);
    case ["micro", .. var rest]:
        return MicroRun.Run(rest);
}

var (options, fault) = BenchOptions.Parse(args);
if (options is null)
{
    await Console.Error.WriteLineAsync($"{fault}\n{BenchOptions.Usage}");
    return 2;
}

using var stop = new CancellationTokenSource();
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
var now = TimeProvider.System.GetUtcNow();
var path = options.Folder ?? Path.Combine(
    Own.Root, options.Sizes.Quick ? "artifacts/bench/quick" : $"tests/StreamActors.Benchmarks/reports/{now.ToString("yyyy-MM-dd-HHmm", CultureInfo.InvariantCulture)}");
var work = Directory.CreateDirectory(Path.Combine(path, "work")).FullName;
try
{
    var facts = await Facts.CollectAsync(Machine.Look(), $"./run.sh bench {string.Join(' ', args)}".TrimEnd(), now);
    var all = await MeasureAsync(options, work, stop.Token);
    var report = new ReportFolder(path, options.Gateways);
    report.Write(new MarkdownReport(options.Gateways, options.Sizes).Write(facts, all), all);
    Console.WriteLine($"\nThe report: {report.Page}");
    return all.Any(results => results.Faults.Count > 0) ? 1 : 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped before its end: there is no report.");
    return 130;
}
finally
{
    Directory.Delete(work, recursive: true);
    if (!Directory.EnumerateFileSystemEntries(path).Any())
        Directory.Delete(path);
}

static async Task<IReadOnlyList<Results>> MeasureAsync(BenchOptions options, string work, CancellationToken cancellation)
{
    var machine = Machine.Look();
    await machine.PinLoadAsync();
    var all = new List<Results>();
    await using var upstream = await UpstreamProcess.StartAsync(work, cancellation);
    await using var run = new BenchRun(options.Gateways, new Rig(upstream, machine, options.Sizes, cancellation), work, Console.Out);
    foreach (var scenario in options.Scenarios)
        all.Add(await run.MeasureAsync(scenario));
    return all;
}
