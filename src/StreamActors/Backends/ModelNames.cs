namespace StreamActors.Backends;

/// <summary>
/// When two names mean one model. With Ollama a name without a tag means the tag <c>latest</c>; Gemini's models are listed under
/// <c>models/</c> and called with or without it.
/// </summary>
public static class ModelNames
{
    private const string Latest = ":latest";
    private const string Listed = "models/";

    /// <summary>Whether they mean the same.</summary>
    public static bool Same(string name, string other) => Short(name).SequenceEqual(Short(other));

    /// <summary>The name without what may be left out of it.</summary>
    internal static ReadOnlySpan<char> Short(ReadOnlySpan<char> name)
    {
        if (name.Length > Listed.Length && name.StartsWith(Listed, StringComparison.Ordinal))
            name = name[Listed.Length..];
        return name.Length > Latest.Length && name.EndsWith(Latest, StringComparison.Ordinal) ? name[..^Latest.Length] : name;
    }
}
