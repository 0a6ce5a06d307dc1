using System.Text.Json;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// Whether an object without a choice is an error, marked by an <c>error</c> member or not: FastAPI's <c>detail</c>, a gateway's <c>message</c> with
/// a <c>code</c>. A message alone may be news of progress; a code of 0 or 200 says that all is well.
/// </summary>
internal struct FlatError
{
    private bool _words;
    private bool _code;
    private bool _sure;

    /// <summary>Whether it is one.</summary>
    /// <param name="json">UTF-8 of one valid JSON object.</param>
    public static bool Is(ReadOnlySpan<byte> json)
    {
        var error = default(FlatError);
        var reader = new Utf8JsonReader(json, JsonSkim.Lenient);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Embeddings, and long: not read to their end.
            if (reader.ValueTextEquals("data"u8) && reader is var ahead && JsonSkim.IsNotEmpty(ref ahead))
                return false;
            error.ReadMember(ref reader);
        }

        return error._sure || (error._words && error._code);
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("Message"u8) || reader.ValueTextEquals("msg"u8))
            _words |= JsonSkim.IsSomething(ref reader) && reader.TokenType == JsonTokenType.String;
        else if (reader.ValueTextEquals("code"u8) || reader.ValueTextEquals("status_code"u8) || reader.ValueTextEquals("statusCode"u8))
            _code |= IsBadCode(ref reader);
        else if (reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("__type"u8) || reader.ValueTextEquals("status"u8))
            _code |= IsBadState(ref reader);
        else if (reader.ValueTextEquals("error_code"u8) || reader.ValueTextEquals("errorCode"u8))
            _sure |= IsBadCode(ref reader);
        else if (reader.ValueTextEquals("error"u8) || reader.ValueTextEquals("detail"u8) || reader.ValueTextEquals("errors"u8) || reader.ValueTextEquals("Error"u8)
            || reader.ValueTextEquals("error_msg"u8) || reader.ValueTextEquals("error_message"u8) || reader.ValueTextEquals("errorMessage"u8))
            _sure |= JsonSkim.SaysSomething(ref reader);
        else if (reader.ValueTextEquals("base_resp"u8))
            _sure |= IsBadReport(ref reader);
        else
            JsonSkim.Skip(ref reader);
    }

    private static bool IsBadCode(ref Utf8JsonReader reader)
    {
        var something = JsonSkim.SaysSomething(ref reader);
        return reader.TokenType switch
        {
            JsonTokenType.Number => something && (!reader.TryGetInt64(out var number) || number != 200),
            JsonTokenType.String => something && !(reader.ValueTextEquals("0"u8) || reader.ValueTextEquals("200"u8)
                || reader.ValueTextEquals("ok"u8) || reader.ValueTextEquals("OK"u8)
                || reader.ValueTextEquals("success"u8) || reader.ValueTextEquals("Success"u8) || reader.ValueTextEquals("SUCCESS"u8)),
            _ => false,
        };
    }

    /// <summary>A word that names a failure, or an HTTP status of one.</summary>
    private static bool IsBadState(ref Utf8JsonReader reader)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var number) && number is >= 400 and <= 599;
            case JsonTokenType.String:
                var word = reader.ValueSpan;
                return word.IndexOf("rror"u8) >= 0 || word.IndexOf("ERROR"u8) >= 0 || word.IndexOf("xception"u8) >= 0 || word.IndexOf("fail"u8) >= 0;
            default:
                reader.Skip();
                return false;
        }
    }

    /// <summary>MiniMax reports success, code 0, in the same place.</summary>
    private static bool IsBadReport(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var bad = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("status_code"u8))
                bad |= IsBadCode(ref reader);
            else
                JsonSkim.Skip(ref reader);
        }

        return bad;
    }
}
