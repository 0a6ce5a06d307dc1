using StreamActors.Backends;
using StreamActors.Server.Http;

namespace StreamActors.Server.Hosting;

/// <summary>Reads and checks all settings. Bad ones stop the start with every fault listed at once.</summary>
public static class SettingsReader
{
    /// <summary>
    /// The sources, later ones override earlier ones: <c>config/appsettings.json</c> below the content root, environment
    /// variables <c>STREAMACTORS_...</c>, the command line.
    /// </summary>
    public static IConfigurationRoot Load(string contentRoot, string[] args) => new ConfigurationBuilder()
        .SetBasePath(contentRoot)
        .AddJsonFile(Path.Combine("config", "appsettings.json"), optional: true, reloadOnChange: false)
        .AddEnvironmentVariables("STREAMACTORS_")
        .AddCommandLine(args)
        .Build();

    /// <summary>The settings.</summary>
    /// <exception cref="SettingsException">Lists every fault.</exception>
    public static Settings Read(IConfiguration configuration)
    {
        var settings = new Settings();
        var binder = new SettingsBinder();
        binder.Bind(configuration, "", settings);
        if (settings.Backends.Count == 0)
        {
            settings.Backends["demo"] = new BackendOptions { Type = BackendType.Demo, Models = ["demo"] };
            settings.DefaultModel ??= "demo";
        }

        var faults = binder.Faults.Concat(Exposure(settings)).ToList();
        return faults.Count == 0 ? settings : throw new SettingsException(faults);
    }

    private static IEnumerable<string> Exposure(Settings settings)
    {
        foreach (var url in settings.Server.UrlList)
        {
            if (!Uri.TryCreate(url.Replace("//*", "//0.0.0.0").Replace("//+", "//0.0.0.0"), UriKind.Absolute, out var address)
                || address is not { Scheme: "http", AbsolutePath: "/" })
                yield return $"Server:Urls: '{url}' is not an address this server can listen on; write for example http://127.0.0.1:8000";
            else if (settings.Auth.Mode == AuthMode.Optional && !LoopbackAddress.Is(url))
                yield return $"Server:Urls: {url} can be reached from other machines while Auth:Mode is Optional (anybody may call, and the key 'devkey' works); set Auth:Mode to Required and add keys under Auth:Keys, or listen on 127.0.0.1";
        }

        if (settings.Server.UrlList.Count == 0)
            yield return "Server:Urls: names no address";
        if (settings.Auth.Keys.ContainsKey(Caller.Local.Owner))
            yield return $"Auth:Keys:{Caller.Local.Owner}: this name is kept for callers without a key; choose another";
        if (settings.Server.UrlList.Any(url => !LoopbackAddress.Is(url)))
        {
            foreach (var key in settings.Auth.Keys.Where(k => ApiKeys.IsDevKey(k.Value)))
                yield return $"Auth:Keys:{key.Key}: is 'devkey', which everybody knows, while the server can be reached from other machines";
        }

        if (settings.Auth is { Mode: AuthMode.Required, Keys.Count: 0 })
            yield return "Auth:Keys: is empty while Auth:Mode is Required: nobody could call; add Auth:Keys:NAME:Sha256";
    }
}

/// <summary>The settings have faults.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception("The configuration has faults:" + string.Concat(faults.Select(f => $"{Environment.NewLine}  - {f}")))
{
    /// <summary>One line each.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
