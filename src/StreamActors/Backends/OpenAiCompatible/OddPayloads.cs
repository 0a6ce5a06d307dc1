using System.Text;
using System.Text.Unicode;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// Reads a payload that is not one chunk. What may carry a part of the answer is passed on: several objects one after another or in lists, broken
/// UTF-8 (as a browser would read it), numbers as Python writes them (unchanged). What cannot is left out: an empty payload, a word, a number.
/// An error is recognised in any shape. An object that is cut or broken fails the answer, since a part of it is lost.
/// </summary>
/// <param name="errors">What its errors mean.</param>
/// <param name="includeUsage">Whether a report of its own was asked for.</param>
internal sealed class OddPayloads(AnswerErrors errors, Func<bool> includeUsage)
{
    /// <summary>An event of this type is an error, whatever it holds.</summary>
    public const string ErrorType = "error";

    private const int MostRemembered = 16 * 1024;
    private static readonly byte[] Between = " \t\r\n,\0"u8.ToArray();
    private static readonly byte[] BetweenItems = [.. Between, (byte)']'];

    private readonly Queue<Chunk> _chunks = [];
    private ReadOnlyMemory<byte> _rest;
    private string? _type;
    private bool _isBare;
    private bool _mayBeCut;
    private bool _isWithinList;

    /// <summary><c>[DONE]</c> was said, or the whole answer has come as one object.</summary>
    public bool IsDone { get; private set; }

    /// <summary>How many payloads were left out.</summary>
    public int Dropped { get; private set; }

    /// <summary>An object without a choice, or a sentence, that may say why an answer ends badly.</summary>
    public byte[]? LastWords { get; private set; }

    /// <summary>There is something of the payload left.</summary>
    public bool HasMore => _chunks.Count > 0 || (!_rest.IsEmpty && !IsDone);

    /// <summary>Begins with a payload.</summary>
    /// <param name="data">Valid until all of it is taken.</param>
    /// <param name="type">The event's.</param>
    /// <param name="isBare">It is JSON without a field's name.</param>
    /// <param name="mayBeCut">It stands at the body's end.</param>
    public void Begin(ReadOnlyMemory<byte> data, string? type, bool isBare, bool mayBeCut)
    {
        (_rest, _type, _isBare, _mayBeCut, _isWithinList) = (data.Trim(Between), type, isBare, mayBeCut, false);
        if (type == ErrorType)
            throw errors.Of(_rest.Span);
    }

    /// <summary>Takes the next chunk of it. False: what stood there was none.</summary>
    /// <exception cref="BackendException">It is an error, or is broken.</exception>
    public bool TryTake(bool hasContent, out Chunk chunk)
    {
        if (_chunks.TryDequeue(out chunk))
            return true;
        var data = _rest;
        _rest = default;
        if (IsWord(data.Span))
            return false;
        var isList = data.Span[0] == '[';
        // The outermost list is known to be whole, and so are those within it: each byte is looked at once, however deep they are.
        var length = isList && _isWithinList ? 1 : JsonExtent.Of(data.Span);
        if (length < 0)
            throw Incomplete(data.Span);
        if (isList)
        {
            // A list is its items.
            _isWithinList = true;
            _rest = data[1..].TrimStart(BetweenItems);
            return false;
        }

        _rest = data[length..].TrimStart(_isWithinList ? BetweenItems : Between);
        return Read(Utf8.IsValid(data[..length].Span) ? data[..length] : AsBrowsersRead(data[..length].Span), hasContent, out chunk);
    }

    /// <summary>What is neither an object nor a list: the end, an error's words, or something that says nothing.</summary>
    private bool IsWord(ReadOnlySpan<byte> data)
    {
        var word = data.Trim("\""u8);
        if (Ascii.EqualsIgnoreCase(word[..Math.Min(word.Length, 6)], "[DONE]"u8))
        {
            IsDone = true;
            return true;
        }

        if (AnswerErrors.IsErrorLine(word))
            throw errors.Of(word);
        if (data[0] is (byte)'{' or (byte)'[')
            return false;
        Dropped++;
        if (word.Contains((byte)' '))
            Remember(word);
        return true;
    }

    private bool Read(ReadOnlyMemory<byte> value, bool hasContent, out Chunk chunk)
    {
        var scan = ChunkScanner.Scan(value.Span);
        var isJson = scan.Nature != ChunkNature.NotJson;
        if (!isJson)
            scan = ChunkScanner.Scan(PythonNumbers.AsJson(value.Span));
        chunk = new Chunk(value, scan.Facts, _type);
        switch (scan.Nature)
        {
            case ChunkNature.NotJson:
                throw UpstreamHttp.NotTheProtocol("a broken object");
            case ChunkNature.Error:
            case ChunkNature.Other when isJson && FlatError.Is(value.Span):
                throw errors.Of(value.Span);
            case ChunkNature.GivenUp:
                throw errors.GivenUp(value.Span);
            case ChunkNature.Other:
                Remember(value.Span);
                return true;
            case ChunkNature.Whole when isJson && !hasContent && (_isBare || !scan.Facts.FinishedChoices.IsEmpty):
                foreach (var part in WholeAnswer.AsChunks(value, includeUsage()))
                    _chunks.Enqueue(part);
                // Another may follow where it came as an event; nothing does where it is the body.
                IsDone = _isBare;
                return false;
            default:
                return true;
        }
    }

    private void Remember(ReadOnlySpan<byte> words) => LastWords = words.Length <= MostRemembered ? words.ToArray() : LastWords;

    private BackendException Incomplete(ReadOnlySpan<byte> data) => _mayBeCut && (data[0] == '[' || JsonSkim.IsCut(PythonNumbers.AsJson(data)))
        ? UpstreamHttp.Truncated(new EndOfStreamException("The body ended within an object."))
        : UpstreamHttp.NotTheProtocol("half an object");

    private static byte[] AsBrowsersRead(ReadOnlySpan<byte> broken) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(broken));
}
