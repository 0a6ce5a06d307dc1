using System.Globalization;

namespace StreamActors.Benchmarks.Load;

/// <summary>What the kernel says of a process: of itself, without its children.</summary>
internal static class ProcessFigures
{
    /// <summary>Linux counts in hundredths of a second for programs, whatever the kernel does inside.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of processor time in user and system mode so far.</summary>
    public static double Seconds(int id)
    {
        // The name, which may hold anything, stands in parentheses; state is the first field behind it, user time the twelfth.
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Resident memory now, in kB.</summary>
    public static double ResidentKilobytes(int id) => Number(
        File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..].Replace("kB", "").Trim());

    /// <summary>
    /// Seconds of processor time that all programs have used, and that the host took for others. Not what the kernel spent between them: most
    /// of that is this run's own network.
    /// </summary>
    public static double MachineSeconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Number).ToList();
        // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user time already.
        return (fields[0] + fields[1] + fields[2] + fields[7]) / TicksPerSecond;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
