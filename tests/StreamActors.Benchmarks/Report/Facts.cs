using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using StreamActors.Benchmarks.Gateways;

namespace StreamActors.Benchmarks.Report;

/// <summary>What a reader must know to judge the figures.</summary>
internal static class Facts
{
    /// <summary>Name and value, for a table.</summary>
    public static async Task<IReadOnlyList<(string Name, string Value)>> CollectAsync(Machine machine, string command, DateTimeOffset now) =>
    [
        ("date", now.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ("commit", await SaidAsync("git", "-C", Own.Root, "describe", "--always", "--dirty", "--abbrev=12")),
        ("command", $"`{command}`"),
        ("processor", $"{Field("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} used of {File.ReadLines("/proc/cpuinfo").Count(l => l.StartsWith("processor", StringComparison.Ordinal))}"),
        ("pinned", machine.LoadCore is { } load ? $"load generator and model server to core {load}, each gateway to core {machine.GatewayCore}" : "nothing: one core for all"),
        ("memory", Field("/proc/meminfo", "MemTotal")),
        ("system", $"{RuntimeInformation.OSDescription}, kernel {(await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim()}"),
        ("load average at the start", string.Join(' ', (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ').Take(3))),
        ("handles a process may have", machine.MostHandles.ToString(CultureInfo.InvariantCulture)),
        (".NET", RuntimeInformation.FrameworkDescription),
        ("nginx", (await SaidAsync("nginx", "-v")).Replace("nginx version: ", "", StringComparison.Ordinal)),
        ("HAProxy", (await SaidAsync("haproxy", "-v")).Split(" - ")[0]),
        ("YARP", Version(typeof(Yarp.ReverseProxy.Forwarder.IHttpForwarder))),
        ("OpenAI, Microsoft.Extensions.AI.OpenAI", $"{Version(typeof(OpenAI.OpenAIClient))}, {Version(typeof(Microsoft.Extensions.AI.OpenAIClientExtensions))}"),
    ];

    private static string Field(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>The first line that a program says, wherever it says it.</summary>
    private static async Task<string> SaidAsync(string program, params string[] args)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? said.Split('\n')[0].Trim() : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "not here";
        }
    }
}
