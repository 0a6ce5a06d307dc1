using System.ComponentModel.DataAnnotations;

namespace StreamActors.Backends;

/// <summary>Settings that one type of backend obeys and no other.</summary>
internal static class BackendTypeSettings
{
    private static readonly BackendOptions Default = new();

    private static readonly (BackendType Type, string Name, Func<BackendOptions, object?> Value)[] All =
    [
        (BackendType.Ollama, nameof(BackendOptions.NumCtx), o => o.NumCtx),
        (BackendType.Ollama, nameof(BackendOptions.KeepAlive), o => o.KeepAlive),
        (BackendType.Ollama, nameof(BackendOptions.Think), o => o.Think),
        (BackendType.Demo, nameof(BackendOptions.TokensPerSecond), o => o.TokensPerSecond),
        (BackendType.Demo, nameof(BackendOptions.Seed), o => o.Seed),
    ];

    /// <summary>One fault for each that is set and has no effect. One that has its default is no fault: the shipped file's demo may be changed to another type.</summary>
    public static IEnumerable<ValidationResult> Faults(BackendOptions options) => options.Type is not { } type ? [] : All
        .Where(s => s.Type != type && !Equals(s.Value(options), s.Value(Default)))
        .Select(s => new ValidationResult($"has no effect on the type {type}; it is a setting of the type {s.Type}", [s.Name]));
}
