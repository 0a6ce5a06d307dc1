using System.Text.Json;

namespace StreamActors.Protocol;

/// <summary>How the JSON of callers is read wherever it is read: as deep as model servers take it, and numbers by what they are worth.</summary>
public static class RequestJson
{
    /// <summary>The deepest nesting of a request.</summary>
    public const int MaxDepth = 1000;

    /// <summary>The same after a translation, which may nest it some levels deeper.</summary>
    public const int MaxWrittenDepth = MaxDepth + 24;

    /// <summary>Reads what was read once already.</summary>
    public static readonly JsonDocumentOptions Reading = new() { MaxDepth = MaxWrittenDepth };

    /// <summary>Writes it again.</summary>
    public static readonly JsonWriterOptions Writing = new() { MaxDepth = MaxWrittenDepth };

    /// <summary>Reads a whole number, however it is written: <c>5</c>, <c>5.0</c> and <c>5e0</c> are the same in JSON, and clients send each.</summary>
    /// <returns>False: it is not a whole number, or does not fit in 64 bits.</returns>
    public static bool TryGetWhole(this JsonElement value, out long whole)
    {
        whole = 0;
        if (value.ValueKind != JsonValueKind.Number)
            return false;
        if (value.TryGetInt64(out whole))
            return true;
        if (!value.TryGetDecimal(out var number) || number != decimal.Truncate(number) || number is < long.MinValue or > long.MaxValue)
            return false;
        whole = (long)number;
        return true;
    }
}
