using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>Whether a request asks for a report of its own on what the answer cost.</summary>
internal static class UsageWish
{
    /// <summary>Reads <c>stream_options.include_usage</c>.</summary>
    public static bool Of(ReadOnlyMemory<byte> request)
    {
        try
        {
            using var json = ChunkJson.Parse(request);
            return json.RootElement.Get("stream_options") is { ValueKind: JsonValueKind.Object } options
                && options.Get("include_usage") is { ValueKind: JsonValueKind.True };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
