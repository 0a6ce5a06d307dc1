using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>Whether a request wants a streamed answer to end with a usage report: <c>stream_options.include_usage</c>.</summary>
internal static class UsageWish
{
    /// <summary>Reads it off a request.</summary>
    public static bool Of(JsonElement request) => request.Get("stream_options") is { ValueKind: JsonValueKind.Object } options
        && options.Get("include_usage") is { ValueKind: JsonValueKind.True };

    /// <summary>Reads it off a request's body; what is not JSON wants none.</summary>
    public static bool Of(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = ChunkJson.Parse(body);
            return Of(json.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
