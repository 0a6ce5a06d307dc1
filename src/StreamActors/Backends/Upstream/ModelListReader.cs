using System.Text;
using System.Text.Json;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// Reads a list of models in whatever shape servers give it: OpenAI's <c>data</c>, a bare array, Ollama's <c>models</c>, both, either
/// within something else, entries or names or a map of them. An entry without a name is left out, and no list is lost for one.
/// </summary>
internal static class ModelListReader
{
    private const int MostWithin = 3;

    private static readonly string[] ListNames =
        ["data", "models", "model_list", "result", "results", "items", "list", "value", "response", "payload", "body", "output"];

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The models, each once. The list may be empty, as that of a server that has loaded nothing.</summary>
    /// <param name="body">UTF-8 JSON, with a byte order mark or without.</param>
    /// <exception cref="BackendException">The body is no list.</exception>
    public static IReadOnlyList<ModelEntry> Read(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith(Encoding.UTF8.Preamble))
            body = body[Encoding.UTF8.Preamble.Length..];
        try
        {
            using var json = JsonDocument.Parse(body, Lenient);
            var found = new List<ModelEntry>();
            if (Collect(json.RootElement, found, MostWithin))
                return [.. found.GroupBy(e => e.Name, StringComparer.Ordinal).Select(same => same.Aggregate(ModelEntryReader.Merge))];
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw UpstreamHttp.NotTheProtocol("something else than a list of models", failure);
        }

        throw UpstreamHttp.NotTheProtocol("something else than a list of models");
    }

    /// <returns>Whether it is a list, be it an empty one.</returns>
    private static bool Collect(JsonElement list, List<ModelEntry> found, int within)
    {
        if (list.ValueKind == JsonValueKind.Array)
        {
            // Where entries have ids, one that has none has no name either: what else it is called is for people.
            var hasIds = list.EnumerateArray().Any(ModelEntryReader.HasId);
            found.AddRange(list.EnumerateArray()
                .Where(entry => !hasIds || entry.ValueKind != JsonValueKind.Object || ModelEntryReader.HasId(entry))
                .Select(entry => ModelEntryReader.Read(entry))
                .OfType<ModelEntry>());
            return true;
        }

        if (list.ValueKind != JsonValueKind.Object)
            return false;
        var isList = list.TryGetProperty("object", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("list");
        foreach (var name in ListNames)
        {
            if (list.TryGetProperty(name, out var inner))
                isList |= CollectWithin(list, inner, found, within);
        }

        return isList || CollectOne(list, found);
    }

    private static bool CollectWithin(JsonElement outer, JsonElement inner, List<ModelEntry> found, int within) => inner.ValueKind switch
    {
        JsonValueKind.Null => !HasError(outer),
        JsonValueKind.Array => Collect(inner, found, within),
        JsonValueKind.Object when within > 0 => Collect(inner, found, within - 1) || CollectMap(inner, found),
        _ => false,
    };

    /// <summary>Entries under their names.</summary>
    private static bool CollectMap(JsonElement map, List<ModelEntry> found)
    {
        var before = found.Count;
        if (map.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.Object && !ListNames.Contains(p.Name)))
            found.AddRange(map.EnumerateObject().Select(p => ModelEntryReader.Read(p.Value, p.Name)).OfType<ModelEntry>());
        return found.Count > before;
    }

    /// <summary>A server of one model may give it without a list.</summary>
    private static bool CollectOne(JsonElement entry, List<ModelEntry> found)
    {
        var isModel = entry.TryGetProperty("object", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("model");
        if (!isModel || ModelEntryReader.Read(entry) is not { } one)
            return false;
        found.Add(one);
        return true;
    }

    private static bool HasError(JsonElement answer) =>
        answer.TryGetProperty("error", out var error) && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);
}
