using StreamActors.Backends;
using StreamActors.Backends.ChatClient;
using StreamActors.Server.Hosting.Sources;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>Reads and checks all settings. Bad ones stop the start with every fault listed at once.</summary>
public static class SettingsReader
{
    /// <summary>
    /// The sources, later ones override earlier ones: <c>config/appsettings.json</c> below the content root, environment
    /// variables <c>STREAMACTORS_...</c>, the command line.
    /// </summary>
    /// <exception cref="SettingsException">The file, or the environment, cannot be understood.</exception>
    public static IConfigurationRoot Load(string contentRoot, string[] args)
    {
        var builder = new ConfigurationBuilder();
        if (SettingsFile.Read(contentRoot) is { } json)
            builder.AddJsonStream(new MemoryStream(json));
        var environment = new SettingsEnvironment(Environment.GetEnvironmentVariables());
        return environment.Faults.Count == 0
            ? builder.Add(environment).AddCommandLine(args).Build()
            : throw new SettingsException(environment.Faults);
    }

    /// <summary>Names the environment variables that have the prefix and are no settings: one of them may be meant as one.</summary>
    internal static void LogIgnored(Serilog.ILogger log)
    {
        var ignored = new SettingsEnvironment(Environment.GetEnvironmentVariables()).Ignored;
        if (ignored.Count > 0)
            log.Warning("environment_ignored names={names}", LogValue.Safe(string.Join(' ', ignored)));
    }

    /// <summary>The settings.</summary>
    /// <param name="configuration">What is configured.</param>
    /// <param name="services">What the program will add to the server's services, so that a missing chat client is listed too; null: not known yet.</param>
    /// <param name="args">The command line that was loaded: a word of it that sets nothing is a fault too.</param>
    /// <exception cref="SettingsException">Lists every fault.</exception>
    public static Settings Read(IConfiguration configuration, Action<IServiceCollection>? services = null, IReadOnlyList<string>? args = null)
    {
        var settings = new Settings();
        var binder = new SettingsBinder();
        binder.Bind(configuration, "", settings);
        if (settings.Backends.Count == 0)
        {
            settings.Backends["demo"] = new BackendOptions { Type = BackendType.Demo, Models = ["demo"] };
            settings.DefaultModel ??= "demo";
        }

        var faults = CommandLine.Faults(args ?? []).Concat(binder.Faults.Select(f => f.Describe(configuration))).Concat(Exposure.Faults(settings)).Concat(OfClients(settings, services)).ToList();
        return faults.Count == 0 ? settings : throw new SettingsException(faults);
    }

    private static IEnumerable<string> OfClients(Settings settings, Action<IServiceCollection>? services)
    {
        if (services is null)
            return [];
        var registered = new ServiceCollection();
        services(registered);
        return ChatClients.Faults(settings.Backends, registered);
    }
}

/// <summary>The settings have faults.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception("The configuration has faults:" + string.Concat(faults.Select(f => $"{Environment.NewLine}  - {f}")))
{
    /// <summary>One line each.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
