using System.Text.Json;

namespace StreamActors.Protocol;

/// <summary>Reads a chunk's JSON as leniently as chunks are passed on: of any depth a server can write, with a comma too many, with Python's numbers.</summary>
public static class ChunkJson
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 10_000;

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = MaxDepth, AllowTrailingCommas = true };

    /// <summary>Parses it. <c>NaN</c> and <c>Infinity</c> are read as null.</summary>
    /// <exception cref="JsonException">It is not JSON for another reason.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, Lenient);
        }
        catch (JsonException)
        {
            return JsonDocument.Parse(PythonNumbers.AsJson(json.Span), Lenient);
        }
    }
}
