using System.Text.RegularExpressions;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>The systemd unit as it is shipped.</summary>
internal static partial class UnitFile
{
    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "config", "streamactors.service");

    public static string Text { get; } = File.ReadAllText(Path);

    /// <summary>Its settings by name; some stand there more than once.</summary>
    public static ILookup<string, string> All { get; } = Setting().Matches(Text).ToLookup(m => m.Groups[1].Value, m => m.Groups[2].Value);

    /// <summary>What it sets for its process, as systemd reads it.</summary>
    public static IReadOnlyList<string> Environment { get; } = [.. All["Environment"].Select(Expanded)];

    /// <summary>The folders that the process may write, as systemd makes them.</summary>
    public static IReadOnlyList<string> Writable { get; } = [Expanded($"%L/{All["LogsDirectory"].Single()}"), Expanded($"%S/{All["StateDirectory"].Single()}")];

    private static string Expanded(string text) => text.Replace("%L", "/var/log").Replace("%S", "/var/lib");

    [GeneratedRegex("^([A-Z][A-Za-z]+)=(.*)$", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
