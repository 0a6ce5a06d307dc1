using System.Buffers;
using System.Globalization;
using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>Puts the chunks of a stream together to the one object that was asked for. Nothing is made up: a finish reason that did not come is null.</summary>
internal sealed class CompletionAssembler
{
    private readonly AnswerLimits _limits;
    private readonly MergedValue _answer;
    private readonly SortedDictionary<int, MergedValue> _choices = [];
    private readonly AnswerRoom _room;
    private readonly bool _only;

    /// <param name="limits">Bound the object.</param>
    /// <param name="choices">How many answers were asked for; of one, every choice is a part, whatever its number.</param>
    public CompletionAssembler(AnswerLimits limits, int choices)
    {
        (_limits, _room, _only) = (limits, new AnswerRoom(limits), choices == 1);
        _answer = new MergedValue(_room);
    }

    /// <summary>Adds a chunk.</summary>
    /// <exception cref="BackendException">It is too much, or cannot be read.</exception>
    public void Add(ReadOnlyMemory<byte> chunk)
    {
        try
        {
            using var json = ChunkJson.Parse(chunk);
            foreach (var member in json.RootElement.EnumerateObject().Where(m => m.Name is not ("choices" or "object")))
                AddMember(member);
            if (json.RootElement.Get("choices") is { } choices)
                AddChoices(choices);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw UpstreamHttp.NotTheProtocol("a chunk that cannot be read", failure);
        }
    }

    /// <summary>The object, and what the pump needs to know of it.</summary>
    /// <exception cref="BackendException">It is too large.</exception>
    public Chunk ToChunk()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WholeAnswer.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("object", _choices.Values.Any(c => c["text"] is not null) ? "text_completion" : "chat.completion");
            foreach (var name in _answer.Members.Where(n => n != "usage"))
                Write(writer, name, _answer[name]);
            writer.WriteStartArray("choices");
            foreach (var (index, choice) in _choices)
                WriteChoice(writer, index, choice);
            writer.WriteEndArray();
            if (_answer["usage"] is { } usage)
                Write(writer, "usage", usage);
            writer.WriteEndObject();
        }

        if (buffer.WrittenCount > _limits.MaxAnswerBytes)
            throw _limits.AnswerTooLarge();
        return new Chunk(buffer.WrittenMemory, ChunkScanner.Scan(buffer.WrittenSpan).Facts with { HasContent = true });
    }

    /// <summary>What is said of the whole answer counts as it was said last: a report on its cost is the sum already.</summary>
    private void AddMember(JsonProperty member)
    {
        if (member.Value.ValueKind != JsonValueKind.Null || _answer[member.Name] is null)
            _answer.Member(member.Name).Set(member.Value);
    }

    private void AddChoices(JsonElement choices)
    {
        if (choices.ValueKind == JsonValueKind.Object)
            AddChoice(choices, place: 0);
        if (choices.ValueKind != JsonValueKind.Array)
            return;
        var place = 0;
        foreach (var choice in choices.EnumerateArray())
        {
            if (choice.ValueKind == JsonValueKind.Object)
                AddChoice(choice, place);
            place++;
        }
    }

    private void AddChoice(JsonElement choice, int place)
    {
        var index = _only ? 0 : IndexOf(choice, place);
        if (!_choices.TryGetValue(index, out var merged))
            _choices.Add(index, merged = new MergedValue(_room));
        foreach (var member in choice.EnumerateObject())
        {
            if (member.Name is "delta" or "message" or "text" or "logprobs")
                merged.Member(member.Name).Add(member.Value, member.Name);
            else if (member.Value.ValueKind != JsonValueKind.Null || merged[member.Name] is null)
                merged.Member(member.Name).Set(member.Value);
        }
    }

    /// <summary>As <see cref="ChoiceScanner"/> numbers them.</summary>
    private static int IndexOf(JsonElement choice, int place)
    {
        double number = -1;
        if (choice.Get("index") is { } index)
            _ = index.ValueKind == JsonValueKind.Number ? index.TryGetDouble(out number) : double.TryParse(index.AsText(), CultureInfo.InvariantCulture, out number);
        return double.IsInteger(number) && number is >= 0 and < ChoiceScanner.MaxChoices ? (int)number : place;
    }

    private static void WriteChoice(Utf8JsonWriter writer, int index, MergedValue choice)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        if (choice["text"] is null)
            WriteMessage(writer, choice["delta"] is { IsNull: false } delta ? delta : choice["message"]);
        foreach (var name in choice.Members.Where(n => n is not ("index" or "delta" or "message" or "finish_reason")))
            Write(writer, name, choice[name]);
        Write(writer, "finish_reason", choice["finish_reason"]);
        writer.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter writer, MergedValue? message)
    {
        writer.WriteStartObject("message");
        if (message?["role"] is not { IsNull: false })
            writer.WriteString("role", "assistant");
        if (message?["content"] is null)
            writer.WriteNull("content");
        foreach (var name in message?.Members ?? [])
        {
            if (name != "role" || message!["role"] is { IsNull: false })
                Write(writer, name, message![name]);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, MergedValue? value)
    {
        writer.WritePropertyName(name);
        if (value is null)
            writer.WriteNullValue();
        else
            value.WriteTo(writer, without: name == "tool_calls" ? "index" : null);
    }
}
