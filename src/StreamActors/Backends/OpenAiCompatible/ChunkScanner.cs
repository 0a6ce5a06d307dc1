using System.Text.Json;
using System.Text.Unicode;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>Reads off an OpenAI chunk or completion object what the pump needs to know, without changing or keeping it.</summary>
internal static class ChunkScanner
{
    private const int MaxChoices = 128;

    /// <summary>Scans one object.</summary>
    /// <param name="json">UTF-8 of one <c>chat.completion.chunk</c> or <c>chat.completion</c> object.</param>
    /// <exception cref="BackendException">It is not one JSON object in UTF-8, it is an error object, or it says that the model was
    /// stopped before it had finished.</exception>
    public static ChunkFacts Scan(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw UpstreamHttp.NotTheProtocol("invalid UTF-8");
        try
        {
            return Read(json);
        }
        catch (JsonException failure)
        {
            throw UpstreamHttp.NotTheProtocol("invalid JSON", failure);
        }
    }

    private static ChunkFacts Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var content = false;
        var finished = UInt128.Zero;
        long? tokens = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw UpstreamHttp.NotTheProtocol("a payload that is no JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                ReadChoices(ref reader, ref content, ref finished);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                tokens = ReadUsage(ref reader) ?? tokens;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Null)
                    throw new BackendException(EndReason.BackendError, "The backend sent an error object in its answer.") { Begun = true };
            }
            else
            {
                Skip(ref reader);
            }
        }

        if (reader.Read())
            throw UpstreamHttp.NotTheProtocol("more than one JSON object in a payload");
        return new ChunkFacts(content, finished, tokens);
    }

    private static void ReadChoices(ref Utf8JsonReader reader, ref bool content, ref UInt128 finished)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (ReadChoice(ref reader, ref content) is { } index)
                finished |= UInt128.One << index;
        }
    }

    /// <returns>The choice's index if it says that it is finished, else null.</returns>
    private static int? ReadChoice(ref Utf8JsonReader reader, ref bool content)
    {
        var index = 0;
        var finished = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("message"u8))
            {
                content |= ReadDelta(ref reader);
            }
            else if (reader.ValueTextEquals("finish_reason"u8))
            {
                finished = IsSomething(ref reader);
                if (finished && reader.TokenType == JsonTokenType.String && IsGivenUp(ref reader))
                    throw new BackendException(EndReason.BackendTruncated, "The backend's answer was stopped before its end.") { Begun = true };
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out index) || index is < 0 or >= MaxChoices)
                    throw UpstreamHttp.NotTheProtocol("a choice whose index is none");
            }
            else if (reader.ValueTextEquals("text"u8))
            {
                content |= IsSomething(ref reader);
            }
            else
            {
                Skip(ref reader);
            }
        }

        return finished ? index : null;
    }

    /// <summary>vLLM and SGLang say <c>abort</c>, routers <c>error</c>, of an answer that the model did not finish.</summary>
    private static bool IsGivenUp(ref Utf8JsonReader reason) => reason.ValueTextEquals("abort"u8) || reason.ValueTextEquals("error"u8);

    /// <summary>A delta has content if anything but the role says something: text, reasoning, a tool call, a refusal.</summary>
    private static bool ReadDelta(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var content = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("role"u8))
                Skip(ref reader);
            else
                content |= IsSomething(ref reader);
        }

        return content;
    }

    /// <summary>Whether a value is neither null, nor false, nor an empty string, array or object.</summary>
    private static bool IsSomething(ref Utf8JsonReader reader)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.ValueSpan.Length > 0;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                var inside = reader;
                inside.Read();
                reader.Skip();
                return inside.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject);
            default:
                return reader.TokenType is not (JsonTokenType.Null or JsonTokenType.False);
        }
    }

    private static long? ReadUsage(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        long? tokens = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals("completion_tokens"u8);
            reader.Read();
            if (wanted && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count))
                tokens = count;
            else
                reader.Skip();
        }

        return tokens;
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
