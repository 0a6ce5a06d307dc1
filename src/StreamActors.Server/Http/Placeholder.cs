using System.Text.RegularExpressions;

namespace StreamActors.Server.Http;

/// <summary>Values that stand for "nothing was filled in": what programs make of an empty field, templates that were never filled, and the keys
/// that guides tell people to type where none is needed.</summary>
internal static partial class Placeholder
{
    /// <summary>Without the signs between the words and without a vendor's <c>sk-</c>.</summary>
    private static readonly HashSet<string> Keys =
    [
        // What programs write for nothing.
        "", "empty", "none", "null", "nil", "undefined", "nan", "na", "unset", "default", "string",
        // Words that stand for no key.
        "no", "nokey", "nokeyrequired", "nokeyneeded", "noapikey", "noapikeyrequired", "noapikeyneeded", "noneed", "noneeded", "nonerequired", "noauth", "notrequired",
        "notneeded", "notused", "notset", "notneed", "unused", "unneeded", "optional", "ignored", "ignore", "anything", "any", "anykey", "anyapikey", "anystring", "whatever",
        // What stands in for one.
        "dummy", "dummykey", "dummyapikey", "fake", "fakekey", "fakeapikey", "placeholder", "example", "changeme", "key", "apikey", "token", "bearer", "yourkey", "yourkeyhere",
        "yourapikey", "yourapikeyhere", "youropenaiapikey", "youropenaikey", "openaiapikey", "apikeyhere", "mykey", "myapikey", "test", "testkey", "tokenabc123", "noop",
        // The name of the server that it is not needed for.
        "local", "localhost", "localkey", "localai", "ollama", "ollamalocal", "lmstudio", "lmstudionokey", "llamacpp", "llamaserver", "llamafile", "vllm", "sglang", "tgi",
        "koboldcpp", "jan", "litellm", "oobabooga", "openai", "streamactors",
    ];

    /// <summary>Whether a key only stands for having no key. What may be a real key does not.</summary>
    public static bool IsKey(string key)
    {
        if (IsTemplate(key))
            return true;
        var word = Signs().Replace(key, "").ToLowerInvariant();
        if (word.StartsWith("sk", StringComparison.Ordinal) && !Keys.Contains(word))
            word = word[2..];
        return Keys.Contains(word) || word.Distinct().Count() == 1 || "1234567890".StartsWith(word, StringComparison.Ordinal);
    }

    /// <summary>Whether a name is what a program writes for nothing, or a template that was never filled.</summary>
    public static bool IsName(string name) =>
        IsTemplate(name) || name.Trim('<', '>', '(', ')').ToLowerInvariant() is "" or "undefined" or "null" or "none" or "nil" or "nan" or "[object object]";

    private static bool IsTemplate(string text) => Template().IsMatch(text);

    [GeneratedRegex(@"^(\$?\{+[^{}]*\}+|[#@]\{[^{}]*\}|\$[A-Za-z_]\w*|\$\([^()]*\)|%\w+%|<[^<>]*>|\[[A-Za-z_][\w .-]*\])$", RegexOptions.CultureInvariant)]
    private static partial Regex Template();

    [GeneratedRegex(@"[-_ ./!""'…]", RegexOptions.CultureInvariant)]
    private static partial Regex Signs();
}
