using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Backends.ChatClient;

/// <summary>Reads fields of a request; a field of the wrong kind is told to the caller.</summary>
internal static class JsonRead
{
    public static JsonElement? GetObject(this JsonElement json, string name, string? where = null) => json.Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => value,
        _ => throw CallerFault.Malformed(where ?? name, "must be an object."),
    };

    public static IEnumerable<JsonElement> GetArray(this JsonElement json, string name, string? where = null) => json.Get(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => value.EnumerateArray(),
        _ => throw CallerFault.Malformed(where ?? name, "must be an array."),
    };

    public static string? GetText(this JsonElement json, string name, string? where = null) => json.Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw CallerFault.Malformed(where ?? name, "must be a string."),
    };

    public static bool? GetFlag(this JsonElement json, string name) => json.Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } value => value.GetBoolean(),
        _ => throw CallerFault.Malformed(name, "must be true or false."),
    };

    public static float? GetNumber(this JsonElement json, string name) => json.Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetSingle(out var number) && float.IsFinite(number) => number,
        _ => throw CallerFault.Malformed(name, "must be a number."),
    };

    public static long? GetWhole(this JsonElement json, string name) => json.Get(name) switch
    {
        null => null,
        { } value when value.TryGetWhole(out var number) => number,
        _ => throw CallerFault.Malformed(name, "must be a whole number."),
    };

    public static int? GetCount(this JsonElement json, string name) => json.GetWhole(name) switch
    {
        null => null,
        >= 1 and <= int.MaxValue and var number => (int)number,
        _ => throw CallerFault.Malformed(name, "must be a whole number above 0."),
    };

    /// <summary>The value as a .NET one where there is one; objects and arrays stay JSON.</summary>
    public static object? ToValue(this JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True or JsonValueKind.False => json.GetBoolean(),
        JsonValueKind.Number when json.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number when json.TryGetDouble(out var number) && double.IsFinite(number) => number,
        JsonValueKind.Null => null,
        _ => json,
    };
}
