using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamActors.Backends.ChatClient;

/// <summary>What a piece of a client's answer says to the caller.</summary>
/// <param name="Text">Of the answer.</param>
/// <param name="Reasoning">Of the thoughts before it.</param>
/// <param name="Refusal">In place of it.</param>
/// <param name="Calls">Tools that the caller is to call, with their arguments as JSON.</param>
/// <param name="FirstCall">The number of the first of them in the answer.</param>
internal sealed record ClientContent(
    string Text, string Reasoning, string Refusal, IReadOnlyList<(FunctionCallContent Call, string Arguments)> Calls, int FirstCall)
{
    private static readonly JsonSerializerOptions OneLine = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    public static readonly ClientContent None = new("", "", "", [], 0);

    public bool HasContent => Text.Length + Reasoning.Length + Refusal.Length + Calls.Count > 0;

    /// <summary>Calls that the client has made itself, their results, and what OpenAI's chat has no word for are left out.</summary>
    public static ClientContent Read(IEnumerable<AIContent> contents, int firstCall)
    {
        var all = contents as IReadOnlyCollection<AIContent> ?? [.. contents];
        return new ClientContent(
            string.Concat(all.OfType<TextContent>().Select(c => c.Text)),
            string.Concat(all.OfType<TextReasoningContent>().Select(c => c.Text)),
            string.Concat(all.OfType<ErrorContent>().Where(ClientParts.IsRefusal).Select(c => c.Message)),
            [.. all.OfType<FunctionCallContent>().Where(c => !c.InformationalOnly).Select(c => (c, Arguments(c)))],
            firstCall);
    }

    /// <summary>Writes the fields of a <c>delta</c> or <c>message</c>.</summary>
    /// <param name="json">Inside the object.</param>
    /// <param name="whole">A whole message: it has <c>content</c> in any case.</param>
    public void Write(Utf8JsonWriter json, bool whole)
    {
        if (Text.Length > 0)
            json.WriteString("content", Text);
        else if (whole)
            json.WriteNull("content");
        if (Reasoning.Length > 0)
            json.WriteString("reasoning_content", Reasoning);
        if (Refusal.Length > 0)
            json.WriteString("refusal", Refusal);
        if (Calls.Count > 0)
            WriteCalls(json, whole);
    }

    private void WriteCalls(Utf8JsonWriter json, bool whole)
    {
        json.WriteStartArray("tool_calls");
        var index = FirstCall;
        foreach (var (call, arguments) in Calls)
        {
            json.WriteStartObject();
            if (!whole)
                json.WriteNumber("index", index++);
            json.WriteString("id", call.CallId);
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.Name);
            json.WriteString("arguments", arguments);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Arguments(FunctionCallContent call) =>
        call.Arguments is { } arguments ? JsonSerializer.Serialize(arguments, OneLine) : "{}";
}
