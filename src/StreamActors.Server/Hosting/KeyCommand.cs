using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamActors.Server.Http;

namespace StreamActors.Server.Hosting;

/// <summary><c>key NAME ...</c>: makes a key, shows it once, and shows the settings that let it in. Stores nothing.</summary>
internal static partial class KeyCommand
{
    public const string Verb = "key";

    private const string Usage = "usage: ./run.sh key NAME [--models a,b] [--streams N] [--per-minute N]";
    private const int RandomBytes = 32;

    /// <returns>The exit code.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        if (Parse(args, out var limits) is { } fault)
        {
            errors.WriteLine($"{fault}; {Usage}");
            return 2;
        }

        var key = "sa-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
        var settings = new Dictionary<string, object> { ["Sha256"] = Convert.ToHexStringLower(ApiKeys.Hash(key)) };
        foreach (var (name, value) in limits)
            settings[name] = value;
        Show(args[0], key, settings, output);
        return 0;
    }

    private static void Show(string name, string key, Dictionary<string, object> settings, TextWriter output)
    {
        var json = string.Join(",\n", settings.Select(s => $"        \"{s.Key}\": {JsonSerializer.Serialize(s.Value)}"));
        var environment = string.Join('\n', settings.Select(s =>
            $"  STREAMACTORS_Auth__Keys__{name}__{s.Key}={(s.Value is string[] list ? string.Join(',', list) : s.Value)}"));
        output.WriteLine($$"""
            The key of '{{name}}', shown this once and stored nowhere:

              {{key}}

            To let it in, put this in the place of "Auth" in config/appsettings.json, a second key beside the first under "Keys" (it is the hash only):

              "Auth": {
                "Mode": "Required",
                "Keys": {
                  "{{name}}": {
            {{json}}
                  }
                }
              }

            or to the environment:

              STREAMACTORS_Auth__Mode=Required
            {{environment}}
            """);
    }

    private static string? Parse(string[] args, out Dictionary<string, object> limits)
    {
        limits = [];
        if (args.Length == 0 || !Name().IsMatch(args[0]))
            return "A key needs a name of letters, digits and single underscores";
        if (args[0].Equals(Caller.Local.Owner, StringComparison.OrdinalIgnoreCase))
            return $"'{args[0]}' is kept for callers without a key";
        for (var i = 1; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            if (args[i] == "--models" && value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } models)
                limits[nameof(ApiKeyOptions.Models)] = models;
            else if (args[i] is "--streams" or "--per-minute" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most is >= 1 and <= ApiKeyOptions.Most)
                limits[args[i] == "--streams" ? nameof(ApiKeyOptions.MaxStreams) : nameof(ApiKeyOptions.PromptsPerMinute)] = most;
            else
                return $"'{args[i]} {value}' is not understood".Replace(" '", "'");
        }

        return null;
    }

    /// <summary>What can stand in the name of an environment variable, where two underscores part the settings' names.</summary>
    [GeneratedRegex("^[A-Za-z0-9]+(_[A-Za-z0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
