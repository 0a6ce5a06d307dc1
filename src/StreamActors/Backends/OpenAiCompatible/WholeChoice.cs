using System.Text.Json;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>One choice of a whole answer as two choices of chunks.</summary>
internal static class WholeChoice
{
    /// <summary>Its message as a delta, and the probabilities that belong to it.</summary>
    public static void WriteWords(Utf8JsonWriter writer, JsonElement choice, int place)
    {
        Begin(writer, choice, place);
        writer.WriteStartObject("delta");
        if (choice.Get("message") is { ValueKind: JsonValueKind.Object } message)
        {
            if (message.Get("role") is null)
                writer.WriteString("role", "assistant");
            foreach (var member in message.EnumerateObject())
            {
                if (member is { Name: "tool_calls", Value.ValueKind: JsonValueKind.Array })
                    WriteCalls(writer, member.Value);
                else if (member.Name != "role" || member.Value.ValueKind != JsonValueKind.Null)
                    writer.WriteRaw(member);
            }
        }

        writer.WriteEndObject();
        if (choice.Get("logprobs") is { } logprobs)
            writer.WriteRaw("logprobs", logprobs);
        writer.WriteNull("finish_reason");
        writer.WriteEndObject();
    }

    /// <summary>Its finish reason, and what else is said of it.</summary>
    public static void WriteEnd(Utf8JsonWriter writer, JsonElement choice, int place)
    {
        Begin(writer, choice, place);
        writer.WriteStartObject("delta");
        writer.WriteEndObject();
        foreach (var member in choice.EnumerateObject().Where(m => m.Name is not ("index" or "message" or "delta" or "logprobs" or "finish_reason")))
            writer.WriteRaw(member);
        if (choice.Get("finish_reason") is { } reason)
            writer.WriteRaw("finish_reason", reason);
        else
            writer.WriteNull("finish_reason");
        writer.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter writer, JsonElement choice, int place)
    {
        writer.WriteStartObject();
        if (choice.Get("index") is { ValueKind: JsonValueKind.Number } index)
            writer.WriteRaw("index", index);
        else
            writer.WriteNumber("index", place);
    }

    /// <summary>A stream numbers its calls, and their arguments are text.</summary>
    private static void WriteCalls(Utf8JsonWriter writer, JsonElement calls)
    {
        writer.WriteStartArray("tool_calls");
        var number = 0;
        foreach (var call in calls.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object))
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", number++);
            foreach (var member in call.EnumerateObject().Where(m => m.Name != "index"))
            {
                if (member is { Name: "function", Value.ValueKind: JsonValueKind.Object })
                    WriteFunction(writer, member.Value);
                else
                    writer.WriteRaw(member);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFunction(Utf8JsonWriter writer, JsonElement function)
    {
        writer.WriteStartObject("function");
        foreach (var member in function.EnumerateObject())
        {
            if (member is { Name: "arguments", Value.ValueKind: JsonValueKind.Object or JsonValueKind.Array })
                writer.WriteString("arguments", member.Value.GetRawText());
            else
                writer.WriteRaw(member);
        }

        writer.WriteEndObject();
    }
}
