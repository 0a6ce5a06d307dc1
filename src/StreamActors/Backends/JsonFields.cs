using System.Text.Json;

namespace StreamActors.Backends;

/// <summary>Small words for reading and passing on fields.</summary>
internal static class JsonFields
{
    /// <summary>The field, where it is there and not null.</summary>
    public static JsonElement? Get(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A string's text; of anything else null.</summary>
    public static string? AsText(this JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    /// <summary>Whether it says anything: neither null nor false nor empty.</summary>
    public static bool IsSomething(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => !element.ValueEquals(""),
        JsonValueKind.Array => element.GetArrayLength() > 0,
        JsonValueKind.Object => element.EnumerateObject().MoveNext(),
        var kind => kind is JsonValueKind.Number or JsonValueKind.True,
    };

    /// <summary>Writes an unchanged value under a name.</summary>
    public static void WriteProperty(this Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }
}
