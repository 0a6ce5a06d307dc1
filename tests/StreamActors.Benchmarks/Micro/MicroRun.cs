using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using StreamActors.Benchmarks.Gateways;

namespace StreamActors.Benchmarks.Micro;

/// <summary>The inner loops under BenchmarkDotNet, within this process: its own projects would inherit this project's build rules.</summary>
internal static class MicroRun
{
    private const string Quick = "--quick";

    public static int Run(string[] args)
    {
        var job = args.Contains(Quick) ? Job.Dry : Job.Default;
        var config = DefaultConfig.Instance
            .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(Path.Combine(Own.Root, "artifacts", "bench", "micro"));
        string[] rest = [.. args.Where(a => a != Quick)];
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroRun).Assembly).Run(rest.Length == 0 ? ["--filter", "*"] : rest, config).ToList();
        return summaries.Count > 0 && summaries.All(s => !s.HasCriticalValidationErrors && s.Reports.All(r => r.Success)) ? 0 : 1;
    }
}
