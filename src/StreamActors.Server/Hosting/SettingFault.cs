using StreamActors.Server.Hosting.Sources;

namespace StreamActors.Server.Hosting;

/// <summary>What is wrong with one setting.</summary>
/// <param name="Path">Its full name.</param>
/// <param name="What">What is wrong, on one line.</param>
internal readonly record struct SettingFault(string Path, string What)
{
    /// <summary>One line; it names the environment variable that gave the setting its value, if one did.</summary>
    public string Describe(IConfiguration configuration) => Variable(configuration) is { } variable ? $"{this} (set by {variable})" : ToString();

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {What}";

    private string? Variable(IConfiguration configuration)
    {
        var path = Path;
        var providers = (configuration as IConfigurationRoot)?.Providers.ToList() ?? [];
        var last = providers.LastOrDefault(p => p.TryGet(path, out _));
        return last is null or SettingsEnvironment ? providers.OfType<SettingsEnvironment>().LastOrDefault()?.VariableOf(path) : null;
    }
}
