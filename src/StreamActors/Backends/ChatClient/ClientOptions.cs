using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamActors.Backends.ChatClient;

/// <summary>The fields of an OpenAI request beside its messages as <see cref="ChatOptions"/>; what has no place there is kept beside.</summary>
internal static class ClientOptions
{
    private static readonly HashSet<string> Known =
    [
        "model", "messages", "stream", "stream_options", "n", "temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens",
        "stop", "seed", "frequency_penalty", "presence_penalty", "response_format", "tools", "tool_choice", "parallel_tool_calls",
    ];

    public static ChatOptions Read(JsonElement body)
    {
        var options = new ChatOptions
        {
            Temperature = body.GetNumber("temperature"),
            TopP = body.GetNumber("top_p"),
            TopK = body.GetCount("top_k"),
            MaxOutputTokens = body.GetCount("max_completion_tokens") ?? body.GetCount("max_tokens"),
            StopSequences = Stop(body),
            Seed = body.GetWhole("seed"),
            FrequencyPenalty = body.GetNumber("frequency_penalty"),
            PresencePenalty = body.GetNumber("presence_penalty"),
            ResponseFormat = Format(body),
            Tools = body.Get("tools") is null ? null : [.. body.GetArray("tools").Select((tool, index) => Tool(tool, $"tools[{index}]"))],
            ToolMode = ToolMode(body),
            AllowMultipleToolCalls = body.GetFlag("parallel_tool_calls"),
        };
        foreach (var unknown in body.EnumerateObject().Where(p => !Known.Contains(p.Name)))
            (options.AdditionalProperties ??= [])[unknown.Name] = unknown.Value.ToValue();
        return options;
    }

    private static List<string>? Stop(JsonElement body) => body.Get("stop") switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } one => [one.GetString()!],
        { ValueKind: JsonValueKind.Array } some when some.EnumerateArray().All(s => s.ValueKind == JsonValueKind.String) =>
            [.. some.EnumerateArray().Select(s => s.GetString()!)],
        _ => throw CallerFault.Malformed("stop", "must be a string or an array of strings."),
    };

    private static ChatResponseFormat? Format(JsonElement body)
    {
        if (body.GetObject("response_format") is not { } format)
            return null;
        switch (format.GetText("type", "response_format.type"))
        {
            case "text":
                return ChatResponseFormat.Text;
            case "json_object":
                return ChatResponseFormat.Json;
            case "json_schema" when format.GetObject("json_schema", "response_format.json_schema") is { } schema:
                return ChatResponseFormat.ForJsonSchema(
                    schema.Get("schema") ?? JsonElement.Parse("{}"),
                    schema.GetText("name", "response_format.json_schema.name"),
                    schema.GetText("description", "response_format.json_schema.description"));
            default:
                throw CallerFault.Unsupported("response_format.type", "must be text, json_object, or json_schema with a 'json_schema'.");
        }
    }

    private static ToolDeclaration Tool(JsonElement tool, string where)
    {
        if (tool.ValueKind != JsonValueKind.Object || tool.GetObject("function", $"{where}.function") is not { } function
            || function.GetText("name", $"{where}.function.name") is not { Length: > 0 } name)
        {
            throw CallerFault.Malformed(where, "must be a function with a 'function.name'.");
        }

        var parameters = function.GetObject("parameters", $"{where}.function.parameters")
            ?? JsonElement.Parse("""{"type":"object","properties":{}}""");
        return new ToolDeclaration(name, function.GetText("description", $"{where}.function.description") ?? "", parameters, function.GetFlag("strict"));
    }

    private static ChatToolMode? ToolMode(JsonElement body) => body.Get("tool_choice") switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } word when word.ValueEquals("auto") => ChatToolMode.Auto,
        { ValueKind: JsonValueKind.String } word when word.ValueEquals("none") => ChatToolMode.None,
        { ValueKind: JsonValueKind.String } word when word.ValueEquals("required") => ChatToolMode.RequireAny,
        { ValueKind: JsonValueKind.Object } one when one.GetObject("function")?.GetText("name") is { Length: > 0 } name => ChatToolMode.RequireSpecific(name),
        _ => throw CallerFault.Malformed("tool_choice", "must be auto, none, required, or name a function."),
    };
}
