using System.Diagnostics;
using System.Globalization;

namespace StreamActors.Benchmarks.Gateways;

/// <summary>What of the machine the run may use.</summary>
/// <param name="LoadCore">Where load generator and model server run; null: nothing is pinned.</param>
/// <param name="GatewayCore">Where the gateways run.</param>
/// <param name="MostHandles">How many files and sockets a process may have open.</param>
internal sealed record Machine(int? LoadCore, int? GatewayCore, int MostHandles)
{
    private const string Allowed = "Cpus_allowed_list:";
    private const string Handles = "Max open files";

    /// <summary>Takes the first processor for the load and the last for the gateways; a single one is shared.</summary>
    public static Machine Look()
    {
        var list = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Allowed, StringComparison.Ordinal))[Allowed.Length..].Trim();
        var cores = list.Split(',').SelectMany(Cores).ToList();
        var most = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(Handles, StringComparison.Ordinal))[Handles.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        var handles = int.TryParse(most, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        return cores.Count > 1 ? new Machine(cores[0], cores[^1], handles) : new Machine(null, null, handles);
    }

    /// <summary>Pins this process, and so the processes that it starts without saying otherwise.</summary>
    public async Task PinLoadAsync()
    {
        if (LoadCore is not { } core)
            return;
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-acp", $"{core}", $"{Environment.ProcessId}"]) { RedirectStandardOutput = true })!;
        await taskset.WaitForExitAsync();
        if (taskset.ExitCode != 0)
            throw new InvalidOperationException("taskset could not pin the load generator.");
    }

    /// <summary>What starts a gateway on its core.</summary>
    public IEnumerable<string> OnGatewayCore => GatewayCore is { } core ? ["taskset", "-c", $"{core}"] : [];

    private static IEnumerable<int> Cores(string range)
    {
        var ends = range.Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToList();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}
