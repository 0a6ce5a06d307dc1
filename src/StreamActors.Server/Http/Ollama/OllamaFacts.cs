using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamActors.Backends;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// What is known of a model, under the names that Ollama's clients look for. An Ollama lists it in its own words, other servers in theirs; what
/// no server says is empty, but there, where a client reads it without looking first.
/// </summary>
/// <param name="model">As its server lists it.</param>
internal sealed class OllamaFacts(ListedModel model)
{
    /// <summary>The architecture of a model of which none is said: under it stands what is said of the model itself.</summary>
    private const string Unnamed = "unknown";

    private readonly ModelEntry _entry = model.Entry;

    /// <summary>What it is called.</summary>
    public string Name => model.Route.Model;

    /// <summary>When it was made, as its server says it.</summary>
    public string ModifiedAt => Text("modified_at")
        ?? DateTimeOffset.FromUnixTimeSeconds(_entry.Created ?? 0).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Its bytes on the disk; 0 where the server does not say.</summary>
    public long Size => Number("size") ?? Number("meta", "size") ?? 0;

    /// <summary>What tells it from others of its name. Ollama's command line cuts its first digits out without a look; it may stand for the name.</summary>
    public string Digest => Text("digest") ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name)));

    /// <summary>The family that decides how the rest of <see cref="ModelInfo"/> is called.</summary>
    public string Architecture => Text("details", "family") ?? Text("arch") ?? Text("architecture") ?? Text("family") ?? Unnamed;

    /// <summary>What it is made of.</summary>
    public object Details => new
    {
        ParentModel = "",
        Format = Text("details", "format") ?? Text("compatibility_type") ?? "",
        Family = Architecture == Unnamed ? "" : Architecture,
        Families = Architecture == Unnamed ? Array.Empty<string>() : [Architecture],
        ParameterSize = Text("details", "parameter_size") ?? InBillions(Parameters) ?? "",
        QuantizationLevel = Text("details", "quantization_level") ?? Text("quantization") ?? "",
    };

    /// <summary>What clients look the context's length up in.</summary>
    public IReadOnlyDictionary<string, object> ModelInfo
    {
        get
        {
            var info = new Dictionary<string, object> { ["general.architecture"] = Architecture, ["general.basename"] = Name };
            if (Parameters is { } count)
                info["general.parameter_count"] = count;
            if (_entry.ContextLength is { } length)
                info[$"{Architecture}.context_length"] = length;
            if (Number("meta", "n_embd") is { } width)
                info[$"{Architecture}.embedding_length"] = width;
            return info;
        }
    }

    /// <summary>What its server says of it beside.</summary>
    public JsonElement? More => _entry.More;

    private long? Parameters => Number("meta", "n_params");

    /// <summary>A text that is not empty, or null.</summary>
    public string? Text(params ReadOnlySpan<string> path) =>
        Find(path) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } said ? said : null;

    /// <summary>A member, or null.</summary>
    public JsonElement? Find(params ReadOnlySpan<string> path)
    {
        var found = More;
        foreach (var name in path)
            found = found is { ValueKind: JsonValueKind.Object } owner && owner.TryGetProperty(name, out var member) ? member : null;
        return found;
    }

    private long? Number(params ReadOnlySpan<string> path) =>
        Find(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var count) && count > 0 ? count : null;

    private static string? InBillions(long? count) => count switch
    {
        null => null,
        >= 1_000_000_000 => FormattableString.Invariant($"{count / 1e9:0.0}B"),
        _ => FormattableString.Invariant($"{count / 1e6:0.0}M"),
    };
}
