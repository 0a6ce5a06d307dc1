using StreamActors.Server.Http.Operators;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>What the server writes to, tried before it starts, so that each place that takes nothing is said with the setting that names it.</summary>
internal static class WritablePlaces
{
    /// <summary>Throws where a place takes nothing.</summary>
    /// <exception cref="SettingsException">One line for each such place.</exception>
    public static void Check(Settings settings, string contentRoot) =>
        Throw([.. new[] { LogFault(settings.Logs, contentRoot), KeyFault(settings.Operations, contentRoot) }.OfType<string>()]);

    /// <summary>Makes the log's folder and opens its file, if there is to be one.</summary>
    /// <exception cref="SettingsException">They cannot be written.</exception>
    public static void CheckLog(LogsOptions options, string contentRoot) => Throw([.. new[] { LogFault(options, contentRoot) }.OfType<string>()]);

    /// <summary>Makes the operator key, if it is to be in a file and is not.</summary>
    /// <exception cref="SettingsException">The file can be neither read nor made.</exception>
    public static void CheckKey(OperationsOptions options, string contentRoot) => Throw([.. new[] { KeyFault(options, contentRoot) }.OfType<string>()]);

    private static void Throw(IReadOnlyList<string> faults)
    {
        if (faults.Count > 0)
            throw new SettingsException(faults);
    }

    private static string? LogFault(LogsOptions options, string contentRoot) => Logging.LogFile(options, contentRoot) is not { } file ? null : Try(
        "Logs:Directory", "name a folder that this user may write, or leave it empty to log to the console only", () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            // Serilog would go on without a file and say nothing.
            File.Open(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite).Dispose();
        });

    private static string? KeyFault(OperationsOptions options, string contentRoot) => options.Sha256 is not null ? null : Try(
        "Operations:KeyFile", "name a file where this user may write, or set Operations:Sha256, which needs none",
        new OperatorKeyFile(Path.Combine(contentRoot, options.KeyFile)).Ensure);

    private static string? Try(string setting, string advice, Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"{setting}: {LogValue.OneLine(failure.Message).TrimEnd('.')}; {advice}";
        }
    }
}
