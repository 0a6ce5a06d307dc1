using System.Text.Json;
using System.Text.Unicode;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// Reads off an object of an answer what the pump needs to know, without changing or keeping it. A member that is missing, null or of
/// another kind than expected says nothing and spoils nothing.
/// </summary>
internal struct ChunkScanner
{
    private ChoiceScanner _choices;
    private bool _error;
    private long? _tokens;

    private readonly ChunkNature Nature =>
        _error || _choices.HasError ? ChunkNature.Error
        : _choices.IsGivenUp ? ChunkNature.GivenUp
        : _choices.IsWhole ? ChunkNature.Whole
        : _choices.Count == 0 ? ChunkNature.Other
        : ChunkNature.Chunk;

    /// <summary>Scans one object. Never throws, whatever the bytes are.</summary>
    /// <param name="json">A <c>chat.completion.chunk</c>, a <c>chat.completion</c>, a <c>text_completion</c>, or what came in place of one.</param>
    public static ScannedChunk Scan(ReadOnlySpan<byte> json)
    {
        var scan = default(ChunkScanner);
        var isObject = Utf8.IsValid(json) && scan.TryRead(json);
        return new ScannedChunk(
            new ChunkFacts(scan._choices.HasContent, scan._choices.Finished, scan._tokens), isObject ? scan.Nature : ChunkNature.NotJson);
    }

    private bool TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, JsonSkim.Lenient);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadMember(ref reader);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("choices"u8))
        {
            _choices.ReadAll(ref reader);
        }
        else if (reader.ValueTextEquals("usage"u8))
        {
            ReadUsage(ref reader);
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            _error |= JsonSkim.SaysSomething(ref reader);
        }
        else if (reader.ValueTextEquals("x_groq"u8))
        {
            ReadReport(ref reader);
        }
        else if (reader.ValueTextEquals("object"u8))
        {
            reader.Read();
            _error |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("error"u8);
            reader.Skip();
        }
        else
        {
            JsonSkim.Skip(ref reader);
        }
    }

    /// <summary>Groq says there why a stream was stopped early.</summary>
    private void ReadReport(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("error"u8))
                _error |= JsonSkim.SaysSomething(ref reader);
            else
                JsonSkim.Skip(ref reader);
        }
    }

    private void ReadUsage(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("completion_tokens"u8))
                _tokens = JsonSkim.WholeNumber(ref reader) ?? _tokens;
            else
                JsonSkim.Skip(ref reader);
        }
    }
}
