using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace StreamActors.Backends.Ollama;

/// <summary>What the settings of an Ollama must look like.</summary>
internal static partial class OllamaSettings
{
    /// <summary>Where an Ollama listens by default.</summary>
    public static readonly Uri DefaultUrl = new("http://127.0.0.1:11434");

    private static readonly string[] Levels = ["true", "false", "low", "medium", "high", "max"];

    /// <summary>What is wrong with them.</summary>
    public static IEnumerable<ValidationResult> Faults(BackendOptions options)
    {
        if (options.Url is { } url && url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return new ValidationResult($"must be Ollama's address, http or https, such as {DefaultUrl.OriginalString}", [nameof(options.Url)]);

        if (options.KeepAlive is { } time && !Duration().IsMatch(time))
            yield return new ValidationResult("must be a number of seconds, or a time such as 30m or 1h30m", [nameof(options.KeepAlive)]);
        if (options.Think is { } level && !Levels.Contains(level))
            yield return new ValidationResult($"must be one of {string.Join(", ", Levels)}", [nameof(options.Think)]);
    }

    [GeneratedRegex(@"^-?([0-9]{1,9}|([0-9]{1,9}(\.[0-9]{1,9})?(ns|us|ms|s|m|h))+)\z")]
    private static partial Regex Duration();
}
