using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using StreamActors.Benchmarks.Gateways;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>What this server's log says from here on of the time that replaced answers took to end.</summary>
internal sealed partial class TookLog(Gateway gateway)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(3);

    /// <summary>How long each file is now; a full one is left and a new one begun.</summary>
    private readonly Dictionary<string, long> _lengths = Files(gateway).ToDictionary(file => file.Name, file => file.Length);

    /// <summary>The times in microseconds.</summary>
    /// <param name="count">Waited for, but not for long; 0: there is no such log.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<IReadOnlyList<long?>> TookAsync(int count, CancellationToken cancellation)
    {
        var end = Environment.TickCount64 + (long)Within.TotalMilliseconds;
        while (true)
        {
            var found = count == 0 ? [] : await ReadAsync(cancellation);
            if (found.Count >= count || Environment.TickCount64 > end)
                return found;
            await Task.Delay(20, cancellation);
        }
    }

    private static IEnumerable<FileInfo> Files(Gateway gateway) =>
        Directory.Exists(gateway.Logs) ? new DirectoryInfo(gateway.Logs).EnumerateFiles("system*.log") : [];

    private async Task<IReadOnlyList<long?>> ReadAsync(CancellationToken cancellation)
    {
        var text = new StringBuilder();
        foreach (var file in Files(gateway))
        {
            await using var log = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            log.Position = _lengths.GetValueOrDefault(file.Name);
            using var reader = new StreamReader(log, Encoding.UTF8);
            text.Append(await reader.ReadToEndAsync(cancellation));
        }

        return [.. Took().Matches(text.ToString()).Select(m => (long?)(1000 * double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)))];
    }

    [GeneratedRegex("prev_stream_finished_cleanly .*took_ms=([0-9.]+)")]
    private static partial Regex Took();
}
