using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// Reads the choices of an object. A choice's number is its <c>index</c>, also as <c>1.0</c> or a string; one whose index is missing, negative,
/// too large, or no whole number has its place in the list for a number.
/// </summary>
internal struct ChoiceScanner
{
    /// <summary>How many are told apart.</summary>
    public const int MaxChoices = ChoiceSet.Most;

    private UInt128 _first;
    private List<int>? _others;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them carries a part of the answer.</summary>
    public bool HasContent { get; private set; }

    /// <summary>One of them holds an error.</summary>
    public bool HasError { get; private set; }

    /// <summary>One of them was stopped before its end.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>One of them is a whole message and no part of one.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Those that say that they are finished.</summary>
    public readonly ChoiceSet Finished => new(_first, _others);

    /// <summary>Reads the value of <c>choices</c>. An object in place of the list is its one choice.</summary>
    public void ReadAll(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadOne(ref reader, place: 0);
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
            return;
        for (var place = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; place++)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadOne(ref reader, place);
            else
                reader.Skip();
        }
    }

    private void ReadOne(ref Utf8JsonReader reader, int place)
    {
        long? index = null;
        var (finished, part, message) = (false, false, false);
        Count++;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8))
                part |= ReadMessage(ref reader);
            else if (reader.ValueTextEquals("finish_reason"u8))
                finished = ReadReason(ref reader);
            else if (reader.ValueTextEquals("index"u8))
                index = JsonSkim.WholeNumber(ref reader);
            else if (reader.ValueTextEquals("message"u8))
                message |= ReadMessage(ref reader);
            else if (reader.ValueTextEquals("text"u8))
                HasContent |= JsonSkim.IsSomething(ref reader);
            else if (reader.ValueTextEquals("error"u8))
                HasError |= JsonSkim.SaysSomething(ref reader);
            else
                JsonSkim.Skip(ref reader);
        }

        IsWhole |= message && !part;
        if (finished)
            Finish((int)(index is >= 0 and < MaxChoices ? index.Value : Math.Min(place, MaxChoices - 1)));
    }

    private void Finish(int number)
    {
        if (number < ChoiceSet.Bits)
            _first |= UInt128.One << number;
        else
            (_others ??= []).Add(number);
    }

    /// <summary>A message, or a part of one, has content if anything but the role says something: text, reasoning, a tool call, a refusal.</summary>
    /// <returns>Whether it is an object.</returns>
    private bool ReadMessage(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            HasContent |= JsonSkim.IsSomethingHere(ref reader);
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("role"u8))
                JsonSkim.Skip(ref reader);
            else
                HasContent |= JsonSkim.IsSomething(ref reader);
        }

        return true;
    }

    /// <summary>Some servers write the word null.</summary>
    private bool ReadReason(ref Utf8JsonReader reader)
    {
        if (!JsonSkim.IsSomething(ref reader))
            return false;
        if (reader.TokenType != JsonTokenType.String)
            return true;
        IsGivenUp |= MeansGivenUp(ref reader);
        return !reader.ValueTextEquals("null"u8) && !reader.ValueTextEquals("None"u8);
    }

    /// <summary>
    /// vLLM and SGLang say <c>abort</c>, routers <c>error</c>, DeepSeek <c>insufficient_system_resource</c> and Zhipu <c>network_error</c> of an answer
    /// that the model did not finish.
    /// </summary>
    private static bool MeansGivenUp(ref Utf8JsonReader reason) =>
        reason.ValueTextEquals("abort"u8) || reason.ValueTextEquals("aborted"u8) || reason.ValueTextEquals("error"u8)
        || reason.ValueTextEquals("cancelled"u8) || reason.ValueTextEquals("canceled"u8) || reason.ValueTextEquals("failed"u8)
        || reason.ValueTextEquals("timeout"u8) || reason.ValueTextEquals("network_error"u8) || reason.ValueTextEquals("server_error"u8)
        || reason.ValueTextEquals("insufficient_system_resource"u8);
}
