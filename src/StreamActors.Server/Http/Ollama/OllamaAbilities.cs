using System.Text.Json;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// What a model can do, in Ollama's words: its clients offer tools and pictures by them. Of a model whose server does not say, chats and
/// tools are assumed, which most have and whose lack the server says itself.
/// </summary>
internal static class OllamaAbilities
{
    private static readonly string[] Known = ["completion", "tools", "insert", "vision", "embedding", "thinking", "audio", "image"];

    /// <summary>At least one of <c>completion</c> and <c>embedding</c>.</summary>
    public static IReadOnlyList<string> Of(OllamaFacts model)
    {
        var said = Said(model).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var own = Known.Where(said.Contains).ToList();
        if (own.Contains("completion") || own.Contains("embedding"))
            return own;
        if (model.Text("type") is "embeddings" or "embedding" or "reranker")
            return ["embedding"];
        var abilities = new List<string> { "completion" };
        if (!SaysNoTools(model, said))
            abilities.Add("tools");
        if (said.Overlaps(["vision", "image", "image_input", "multimodal"]) || model.Text("type") is "vlm")
            abilities.Add("vision");
        if (said.Overlaps(["reasoning", "include_reasoning", "thinking", "reasoning_effort"]))
            abilities.Add("thinking");
        return abilities;
    }

    /// <summary>Names in lists, and what is true among yes and no.</summary>
    private static IEnumerable<string> Said(OllamaFacts model) =>
        Names(model.Find("capabilities"))
            .Concat(Names(model.Find("capabilities", "supports")))
            .Concat(Names(model.Find("supported_parameters")))
            .Concat(Names(model.Find("supported_features")))
            .Concat(Names(model.Find("input_modalities")))
            .Concat(Names(model.Find("architecture", "input_modalities")));

    private static IEnumerable<string> Names(JsonElement? list) => list switch
    {
        { ValueKind: JsonValueKind.Array } names => names.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!),
        { ValueKind: JsonValueKind.Object } flags => flags.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.True).Select(f => f.Name),
        _ => [],
    };

    /// <summary>It says what it can, and tools are not among it.</summary>
    private static bool SaysNoTools(OllamaFacts model, HashSet<string> said)
    {
        if (said.Overlaps(["tools", "tool_use", "tool_calls", "function_calling", "tool_choice"]))
            return false;
        var isTold = model.Find("supported_parameters") is { ValueKind: JsonValueKind.Array }
            || model.Find("capabilities", "function_calling") is { ValueKind: JsonValueKind.False }
            || model.Find("capabilities", "supports") is { ValueKind: JsonValueKind.Object };
        return isTold;
    }
}
