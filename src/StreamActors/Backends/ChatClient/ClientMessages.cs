using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamActors.Backends.ChatClient;

/// <summary>OpenAI's messages as <see cref="ChatMessage"/>.</summary>
internal static class ClientMessages
{
    private static readonly HashSet<string> Known =
        ["role", "content", "name", "tool_calls", "tool_call_id", "reasoning_content", "reasoning", "refusal"];

    public static IReadOnlyList<ChatMessage> Read(JsonElement body) =>
        [.. body.GetArray("messages").Select((message, index) => Message(message, $"messages[{index}]"))];

    private static ChatMessage Message(JsonElement json, string where)
    {
        var role = Role(json.GetText("role")!);
        var message = new ChatMessage(role, [.. Contents(json, role, where)]) { AuthorName = json.GetText("name", $"{where}.name") };
        foreach (var unknown in json.EnumerateObject().Where(p => !Known.Contains(p.Name)))
            (message.AdditionalProperties ??= [])[unknown.Name] = unknown.Value.ToValue();
        return message;
    }

    private static ChatRole Role(string role) => role switch
    {
        "developer" or "system" => ChatRole.System,
        "user" => ChatRole.User,
        "assistant" => ChatRole.Assistant,
        "tool" => ChatRole.Tool,
        _ => new ChatRole(role),
    };

    private static IEnumerable<AIContent> Contents(JsonElement json, ChatRole role, string where)
    {
        if (role == ChatRole.Tool)
        {
            var call = json.GetText("tool_call_id", $"{where}.tool_call_id") ?? throw CallerFault.Malformed($"{where}.tool_call_id", "is needed.");
            return [new FunctionResultContent(call, string.Concat(Parts(json, where).OfType<TextContent>().Select(part => part.Text)))];
        }

        var reasoning = json.GetText("reasoning_content", $"{where}.reasoning_content") ?? json.GetText("reasoning", $"{where}.reasoning");
        return
        [
            .. reasoning is null ? Array.Empty<AIContent>() : [new TextReasoningContent(reasoning)],
            .. Parts(json, where),
            .. json.GetText("refusal", $"{where}.refusal") is { } refusal ? [ClientParts.Refusal(refusal)] : Array.Empty<AIContent>(),
            .. json.GetArray("tool_calls", $"{where}.tool_calls").Select((call, index) => Call(call, $"{where}.tool_calls[{index}]")),
        ];
    }

    private static IEnumerable<AIContent> Parts(JsonElement json, string where) => json.Get("content") switch
    {
        null => [],
        { ValueKind: JsonValueKind.String } text => [new TextContent(text.GetString())],
        var parts => parts.Value.EnumerateArray().Select((part, index) => ClientParts.Read(part, $"{where}.content[{index}]")),
    };

    private static FunctionCallContent Call(JsonElement json, string where)
    {
        if (json.ValueKind != JsonValueKind.Object || json.GetObject("function", $"{where}.function") is not { } function
            || json.GetText("id", $"{where}.id") is not { } id
            || function.GetText("name", $"{where}.function.name") is not { } name)
        {
            throw CallerFault.Malformed(where, "must be a call of a function, with 'id' and 'function.name'.");
        }

        return new FunctionCallContent(id, name, Arguments(function.GetText("arguments", $"{where}.function.arguments"), where));
    }

    private static Dictionary<string, object?>? Arguments(string? arguments, string where)
    {
        if (string.IsNullOrWhiteSpace(arguments))
            return null;
        try
        {
            var json = JsonElement.Parse(arguments);
            if (json.ValueKind == JsonValueKind.Object)
                return json.EnumerateObject().DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => (object?)p.Value);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Said below.
        }

        throw CallerFault.Malformed($"{where}.function.arguments", "must be a JSON object, as text.");
    }
}
