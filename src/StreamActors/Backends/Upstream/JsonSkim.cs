using System.Text.Json;

namespace StreamActors.Backends.Upstream;

/// <summary>Reads past values that need not be understood. Each begins at a property's name or in front of an array's item.</summary>
internal static class JsonSkim
{
    /// <summary>Python's and others' writers put no end to depth, and commas where none belong.</summary>
    public static readonly JsonReaderOptions Lenient = new() { MaxDepth = 1_000_000, AllowTrailingCommas = true };

    /// <summary>Whether bytes that are not whole JSON are its beginning: cut, and not broken.</summary>
    public static bool IsCut(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, new JsonReaderState(Lenient));
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Passes over the value.</summary>
    public static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>Passes over a value, and says whether it is neither null, nor false, nor an empty string, array or object.</summary>
    public static bool IsSomething(ref Utf8JsonReader reader)
    {
        reader.Read();
        return IsSomethingHere(ref reader);
    }

    /// <summary>The same of the value on whose first token the reader stands.</summary>
    public static bool IsSomethingHere(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.ValueSpan.Length > 0;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                var inside = reader;
                inside.Read();
                reader.Skip();
                return inside.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject);
            default:
                return reader.TokenType is not (JsonTokenType.Null or JsonTokenType.False);
        }
    }

    /// <summary>
    /// Passes over a value, and says whether any part of it says something: servers that always have an error member leave it null, false, 0 or
    /// empty, or fill its members so.
    /// </summary>
    public static bool SaysSomething(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return SaysSomethingItself(ref reader);
        var (depth, found) = (reader.CurrentDepth, false);
        while (reader.Read() && reader.CurrentDepth > depth)
            found |= reader.TokenType != JsonTokenType.PropertyName && SaysSomethingItself(ref reader);
        return found;
    }

    /// <summary>Whether a list or an object is not empty, without a look at its end.</summary>
    public static bool IsNotEmpty(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject
        && reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject);

    /// <summary>A whole number, also where it is written as <c>1.0</c> or as a string; else null.</summary>
    public static long? WholeNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out var number):
                return number;
            case JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsInteger(number) && Math.Abs(number) < long.MaxValue:
                return (long)number;
            case JsonTokenType.String when System.Buffers.Text.Utf8Parser.TryParse(reader.ValueSpan, out long number, out var read)
                && read == reader.ValueSpan.Length:
                return number;
            default:
                reader.Skip();
                return null;
        }
    }

    private static bool SaysSomethingItself(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.ValueSpan.Length > 0,
        JsonTokenType.Number => !reader.TryGetDouble(out var number) || number != 0,
        _ => reader.TokenType == JsonTokenType.True,
    };
}
