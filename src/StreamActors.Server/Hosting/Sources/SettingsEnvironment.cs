using System.Collections;
using System.Text.RegularExpressions;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting.Sources;

/// <summary>
/// Which environment variables are settings. Others may have the prefix too: Kubernetes gives each pod variables for every service, the operator's tools
/// have their own, and people name theirs as they like; none of those stops the start.
/// </summary>
internal sealed partial class SettingsEnvironment : ConfigurationProvider, IConfigurationSource
{
    public const string Prefix = "STREAMACTORS_";
    private const string Parts = "__";

    /// <summary>The operator key of <c>ops</c> and <c>top</c>, which may run where the server does.</summary>
    private const string OperatorKey = "OPERATOR_KEY";

    private static readonly string[] TopLevel = [.. typeof(Settings).GetProperties().Where(p => p.CanWrite).Select(p => p.Name)];

    private readonly Dictionary<string, string> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _ignored = [];
    private readonly List<string> _faults = [];

    /// <param name="variables">Names and values, as <see cref="Environment.GetEnvironmentVariables()"/> gives them.</param>
    public SettingsEnvironment(IDictionary variables)
    {
        foreach (var (variable, value) in variables.Cast<DictionaryEntry>().Select(e => ((string)e.Key, (string?)e.Value)).OrderBy(e => e.Item1, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var name = variable[Prefix.Length..];
            if (IsOthers(name, value))
                continue;
            if (IsSetting(name))
                Add(variable, name.Replace(Parts, ConfigurationPath.KeyDelimiter), value);
            else
                _ignored.Add(variable);
        }
    }

    /// <summary>Variables with the prefix that are no setting, and of no known use to others: one of them may be meant as one.</summary>
    public IReadOnlyList<string> Ignored => _ignored;

    /// <summary>One line for each setting that two variables give different values.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>The variable that gives a setting, or one below it, its value; null where none does.</summary>
    public string? VariableOf(string path) =>
        _variables.GetValueOrDefault(path)
        ?? _variables.FirstOrDefault(v => v.Key.StartsWith($"{path}{ConfigurationPath.KeyDelimiter}", StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Two underscores or a colon divide a setting's parts, and no other program's names have them; a name of one part must be a known one.</summary>
    private static bool IsSetting(string name) =>
        name.Contains(Parts, StringComparison.Ordinal) || name.Contains(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)
        || TopLevel.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static bool IsOthers(string name, string? value) =>
        name == OperatorKey || ServiceLink().IsMatch(name) || (ServicePort().IsMatch(name) && value?.Contains("://", StringComparison.Ordinal) == true);

    private void Add(string variable, string path, string? value)
    {
        if (_variables.TryAdd(path, variable))
            Data[path] = value;
        else if (Data[path] != value)
            _faults.Add($"{path}: {LogValue.Safe(_variables[path])} and {LogValue.Safe(variable)} give it different values");
    }

    /// <summary>
    /// What Kubernetes and container links add for a service whose name begins with the product's: <c>_SERVICE_HOST</c>, <c>_PORT=tcp://...</c>,
    /// <c>_PORT_8000_TCP_ADDR</c>. A service's name may hold two hyphens, which become two underscores.
    /// </summary>
    [GeneratedRegex("^(?:[A-Z0-9_]*_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceLink();

    [GeneratedRegex("^(?:[A-Z0-9_]*_)?PORT$", RegexOptions.CultureInvariant)]
    private static partial Regex ServicePort();
}
