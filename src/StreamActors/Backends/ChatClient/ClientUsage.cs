using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamActors.Backends.ChatClient;

/// <summary>A client's count of tokens in OpenAI's words; what it has not counted is left out.</summary>
internal static class ClientUsage
{
    public static void Write(Utf8JsonWriter json, UsageDetails usage)
    {
        json.WriteStartObject("usage");
        WriteCount(json, "prompt_tokens", usage.InputTokenCount);
        WriteCount(json, "completion_tokens", usage.OutputTokenCount);
        WriteCount(json, "total_tokens", usage.TotalTokenCount ?? (usage.InputTokenCount + usage.OutputTokenCount));
        WriteDetail(json, "prompt_tokens_details", "cached_tokens", usage.CachedInputTokenCount);
        WriteDetail(json, "completion_tokens_details", "reasoning_tokens", usage.ReasoningTokenCount);
        json.WriteEndObject();
    }

    private static void WriteDetail(Utf8JsonWriter json, string group, string name, long? count)
    {
        if (count is not { } tokens)
            return;
        json.WriteStartObject(group);
        json.WriteNumber(name, tokens);
        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, string name, long? count)
    {
        if (count is { } tokens)
            json.WriteNumber(name, tokens);
    }
}
