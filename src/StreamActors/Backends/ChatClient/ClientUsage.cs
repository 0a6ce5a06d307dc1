using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamActors.Backends.ChatClient;

/// <summary>A client's count of tokens in OpenAI's words.</summary>
internal static class ClientUsage
{
    public static void Write(Utf8JsonWriter json, UsageDetails usage)
    {
        var (input, output) = (usage.InputTokenCount ?? 0, usage.OutputTokenCount ?? 0);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", input);
        json.WriteNumber("completion_tokens", output);
        json.WriteNumber("total_tokens", usage.TotalTokenCount ?? (input + output));
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
}
