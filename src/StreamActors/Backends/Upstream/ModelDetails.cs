using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// The part of an entry that callers are told: agents read the context's length, prices and abilities from it. What may say where a model server
/// is, or how it was started, is left out: addresses, paths, command lines, keys.
/// </summary>
internal static class ModelDetails
{
    private const int MaxBytes = 4096;
    private const int MaxText = 256;
    private const int MostNested = 3;

    /// <summary>Written by this server itself, or obsolete.</summary>
    private static readonly HashSet<string> Own = ["id", "object", "created", "owned_by", "permission"];

    /// <summary>Members of which more than a plain value is known to be harmless.</summary>
    private static readonly HashSet<string> Nested =
    [
        "meta", "details", "architecture", "top_provider", "pricing", "capabilities", "limits", "limit", "supports", "per_request_limits", "features", "reasoning",
        "supported_parameters", "supported_features", "supported_sampling_parameters", "supportedGenerationMethods", "supported_generation_methods", "endpoints",
        "input_modalities", "output_modalities", "modalities", "families", "thinking", "vision", "languages", "default_parameters",
    ];

    /// <summary>A member whose name has one of these.</summary>
    private static readonly string[] Private =
        ["secret", "password", "apikey", "api_key", "api_base", "apibase", "credential", "url", "host", "path", "endpoint_", "address", "file", "directory", "root", "parent", "args", "command"];

    /// <summary>An object of what may be told; null: nothing.</summary>
    public static JsonElement? Of(JsonElement entry, string name)
    {
        var more = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(more))
        {
            json.WriteStartObject();
            foreach (var member in entry.EnumerateObject())
            {
                if (!Own.Contains(member.Name) && !Names(member.Value, name) && MayGo(member, MostNested) && Fits(json, member))
                    Write(json, member, MostNested);
            }

            json.WriteEndObject();
        }

        return Read(more.WrittenMemory);
    }

    /// <summary>Both; of two members of one name the first.</summary>
    public static JsonElement? Merge(JsonElement? first, JsonElement? second)
    {
        if (first is not { } has || second is not { } adds)
            return first ?? second;
        var more = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(more))
        {
            json.WriteStartObject();
            foreach (var member in has.EnumerateObject())
                member.WriteTo(json);
            foreach (var member in adds.EnumerateObject().Where(m => !has.TryGetProperty(m.Name, out _) && Fits(json, m)))
                member.WriteTo(json);
            json.WriteEndObject();
        }

        return Read(more.WrittenMemory);
    }

    /// <summary>Repeats the name; the entry has it already.</summary>
    private static bool Names(JsonElement value, string name) => value.ValueKind == JsonValueKind.String && Text(value) == name;

    private static bool MayGo(JsonProperty member, int nested) =>
        !Private.Any(part => member.Name.Contains(part, StringComparison.OrdinalIgnoreCase)) && member.Value.ValueKind switch
        {
            JsonValueKind.Object or JsonValueKind.Array => nested > 0 && (nested < MostNested || Nested.Contains(member.Name)),
            _ => MayGo(member.Value),
        };

    private static bool MayGo(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => true,
        JsonValueKind.String => JsonMarshal.GetRawUtf8Value(value).Length <= MaxText && Text(value) is { } text && !IsPlace(text),
        _ => false,
    };

    private static bool IsPlace(string text) =>
        text.Contains("://", StringComparison.Ordinal) || text.Contains('\\') || text.StartsWith('/') || text.StartsWith("~/", StringComparison.Ordinal);

    private static bool Fits(Utf8JsonWriter json, JsonProperty member) =>
        json.BytesCommitted + json.BytesPending + member.Name.Length + JsonMarshal.GetRawUtf8Value(member.Value).Length <= MaxBytes;

    private static void Write(Utf8JsonWriter json, JsonProperty member, int nested)
    {
        json.WritePropertyName(member.Name);
        Write(json, member.Value, nested);
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, int nested)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject().Where(m => MayGo(m, nested - 1)))
                    Write(json, member, nested - 1);
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray().Where(MayGo))
                    item.WriteTo(json);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    /// <summary>A string's text; null where it holds half of a surrogate pair, which is no text.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement? Read(ReadOnlyMemory<byte> json) => json.Length <= 2 ? null : JsonElement.Parse(json.Span);
}
