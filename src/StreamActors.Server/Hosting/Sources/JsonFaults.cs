using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace StreamActors.Server.Hosting.Sources;

/// <summary>What is wrong with a JSON object that settings are to be read from, each fault with its line and column, counted from 1.</summary>
/// <param name="json">UTF-8.</param>
internal sealed class JsonFaults(byte[] json)
{
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly List<string> _faults = [];

    /// <summary>Where each value stands, by its path.</summary>
    private readonly Dictionary<string, long> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>One line each: values given twice, or else the first thing that is no JSON.</summary>
    public IReadOnlyList<string> Find()
    {
        if (!Utf8.IsValid(json))
            return [$"{PlaceOf(FirstBad())}: is not UTF-8; save the file in that encoding"];
        // Not "the last block": the reader then says of an end that comes too early no more than that there is nothing to read.
        var reader = new Utf8JsonReader(json, isFinalBlock: false, new JsonReaderState(Lenient));
        try
        {
            if (!reader.Read())
                return ["line 1: holds no settings; delete the file, or write {} into it"];
            if (reader.TokenType != JsonTokenType.StartObject)
                return [$"{PlaceOf(reader.TokenStartIndex)}: settings are one object: {{ \"Server\": {{ ... }} }}"];
            Visit(ref reader, "", reader.TokenStartIndex);
            if (reader is not { TokenType: JsonTokenType.EndObject, CurrentDepth: 0 })
                return [$"{PlaceOf(json.Length)}: the file ends here, and an object, a list or a text is not closed"];
            reader.Read();
        }
        catch (JsonException failure)
        {
            return [$"{PlaceOf((int)failure.LineNumber!, (int)failure.BytePositionInLine!)}: {Words(failure)}"];
        }

        return _faults;
    }

    private void Visit(ref Utf8JsonReader reader, string path, long at)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            var isEmpty = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                isEmpty = false;
                var (name, start) = (reader.GetString()!, reader.TokenStartIndex);
                reader.Read();
                Visit(ref reader, path.Length == 0 ? name : $"{path}:{name}", start);
            }

            if (isEmpty)
                AddEmpty(path, at);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            var i = 0;
            for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                Visit(ref reader, $"{path}:{i}", reader.TokenStartIndex);
            if (i == 0)
                AddEmpty(path, at);
        }
        else if (!_values.TryAdd(path, at))
        {
            _faults.Add($"{PlaceOf(at)}: {path} is set already, in {PlaceOf(_values[path])}");
        }
    }

    /// <summary>An empty group is a value for one that comes later, but gives none twice.</summary>
    private void AddEmpty(string path, long at) => _values.TryAdd(path, at);

    /// <summary>The reader's own words without the place, which it counts from 0.</summary>
    private static string Words(JsonException failure)
    {
        var words = failure.Message.Split(" LineNumber:")[0].TrimEnd();
        return words.StartsWith("',' is an invalid start", StringComparison.Ordinal) ? $"{words} There is a comma too many." : words;
    }

    private int FirstBad()
    {
        Utf8.ToUtf16(json, new char[json.Length], out var read, out _, replaceInvalidSequences: false);
        return read;
    }

    private string PlaceOf(long at)
    {
        var before = json.AsSpan(0, (int)at);
        return PlaceOf(before.Count((byte)'\n'), before.Length - (before.LastIndexOf((byte)'\n') + 1));
    }

    /// <param name="line">From 0.</param>
    /// <param name="bytes">How many stand before it in its line.</param>
    private string PlaceOf(int line, int bytes)
    {
        var rest = json.AsSpan();
        for (var i = 0; i < line; i++)
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        return $"line {line + 1}, column {Encoding.UTF8.GetCharCount(rest[..Math.Min(bytes, rest.Length)]) + 1}";
    }
}
