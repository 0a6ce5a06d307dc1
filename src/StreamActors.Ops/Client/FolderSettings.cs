using System.Collections;
using System.Text.Json;

namespace StreamActors.Ops.Client;

/// <summary>A server's settings as its environment and its folder have them, read as the server reads them: names in any case, the file in any encoding.</summary>
/// <param name="folder">Holds <c>config</c>.</param>
internal sealed class FolderSettings(string folder)
{
    public const string Prefix = "STREAMACTORS_";
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The value of a setting, or null.</summary>
    /// <param name="section">Its section.</param>
    /// <param name="name">Its name in there.</param>
    public string? Read(string section, string name) => OfEnvironment($"{Prefix}{section}__{name}") ?? OfFile(section, name);

    private static string? OfEnvironment(string variable) => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(v => variable.Equals((string)v.Key, StringComparison.OrdinalIgnoreCase) && v.Value is string { Length: > 0 })
        .Select(v => (string?)v.Value).FirstOrDefault();

    private string? OfFile(string section, string name)
    {
        try
        {
            // As text, since a mark at its beginning says the encoding.
            using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config", "appsettings.json")), Lenient);
            return Named(Named(file.RootElement, section), name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Named(JsonElement? parent, string name) => parent is not { ValueKind: JsonValueKind.Object } group ? null : group.EnumerateObject()
        .Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(p => (JsonElement?)p.Value).LastOrDefault();
}
