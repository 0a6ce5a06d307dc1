using System.Globalization;

namespace StreamActors.Server.Hosting;

/// <summary>
/// How many connections the process has handles for: half of them for clients, and as many for model servers, which <see cref="Backends.Upstream.UpstreamHandles"/>
/// counts. Without any handle left the runtime can load nothing more and ends the process.
/// </summary>
internal static class Handles
{
    private const string LimitsFile = "/proc/self/limits";
    private const string LimitName = "Max open files";

    /// <summary>What the process has open beside connections, with room to spare.</summary>
    private const int Own = 400;

    private const int Fewest = 16;

    /// <summary>The most connections to take, or null where the process has no such limit or does not say.</summary>
    public static long? MostConnections() => File.Exists(LimitsFile) ? MostConnections(File.ReadLines(LimitsFile)) : null;

    /// <summary>The same of the lines of <c>/proc/self/limits</c>.</summary>
    public static long? MostConnections(IEnumerable<string> limits)
    {
        var line = limits.FirstOrDefault(l => l.StartsWith(LimitName, StringComparison.Ordinal));
        var soft = line?[LimitName.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, CultureInfo.InvariantCulture, out var most) ? Math.Max((most - Own) / 2, Fewest) : null;
    }
}
