using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// Reads what a model server sends for one answer as chunks, and knows whether the answer is complete. Bytes go in, chunks come out unchanged;
/// <see cref="OddPayloads"/> reads what is not one chunk.
/// </summary>
/// <param name="limits">How much is taken.</param>
/// <param name="choices">How many answers were asked for.</param>
/// <param name="errors">What its errors mean.</param>
/// <param name="includeUsage">Whether a report of its own was asked for; asked only where a whole answer becomes chunks.</param>
internal sealed class AnswerEvents(AnswerLimits limits, int choices, AnswerErrors errors, Func<bool> includeUsage) : IDisposable
{
    private readonly EventBuffer _events = new(limits);
    private OddPayloads? _odd;
    private ChoiceTally _finished;
    private bool _hasContent;
    private bool _wentOn;
    private bool _bodyEnded;
    private bool _hasBytes;
    private bool _hasChunks;

    /// <summary>The server has said that its answer is over.</summary>
    public bool IsDone => _odd is { IsDone: true };

    /// <summary>
    /// Every choice has its finish reason, so that only a report may follow. Where a part of the answer did follow one, the reasons say nothing of
    /// what comes, and this is false.
    /// </summary>
    public bool AwaitsNothing => HasAllReasons && !_wentOn;

    /// <summary>Something has come, and nothing of an answer was among it: no object, whole or cut, and no end.</summary>
    public bool IsForeign => _hasBytes && !_hasChunks && !IsDone && !_events.IsWithinJson;

    /// <summary>How many payloads were no part of an answer and were left out.</summary>
    public int Dropped => _odd?.Dropped ?? 0;

    /// <summary>What was no part of an answer and may say why it ends badly.</summary>
    public byte[]? LastWords => _odd?.LastWords;

    private bool HasAllReasons => _finished.Count >= choices;

    /// <summary>Where the next bytes go; never empty. Every chunk that is there has been taken.</summary>
    public Memory<byte> Room() => _events.Room();

    /// <summary>That many bytes have been written there.</summary>
    public void Added(int count)
    {
        _events.Added(count);
        _hasBytes |= count > 0;
    }

    /// <summary>No more bytes come. An event at the end counts without its empty line.</summary>
    public void BodyEnded() => _bodyEnded = true;

    /// <summary>Takes the next chunk, which is valid until the next or <see cref="Room"/>. False: none is there, or the answer is over.</summary>
    /// <exception cref="BackendException">It is an error, is broken, or is too large.</exception>
    public bool TryTake(out Chunk chunk)
    {
        while (true)
        {
            if (_odd is { HasMore: true })
            {
                if (_odd.TryTake(_hasContent, out chunk))
                    return Note(chunk.Facts);
                continue;
            }

            chunk = default;
            if (IsDone || !TryReadEvent())
                return false;
            if (_events.Type != OddPayloads.ErrorType)
            {
                var scan = ChunkScanner.Scan(_events.Data.Span);
                if (scan.Nature == ChunkNature.Chunk)
                {
                    chunk = new Chunk(_events.Data, scan.Facts, _events.Type);
                    return Note(scan.Facts);
                }
            }

            _odd ??= new OddPayloads(errors, includeUsage);
            _odd.Begin(_events.Data, _events.Type, _events.IsBare, _bodyEnded);
        }
    }

    /// <summary>The answer ends here.</summary>
    /// <exception cref="BackendException">
    /// It is not complete. It is where the server has said so after a part of an answer or a finish reason, or has given every choice its reason.
    /// </exception>
    public void ThrowIfIncomplete()
    {
        if (HasAllReasons || (IsDone && (_hasContent || _finished.Count > 0)))
            return;
        if (LastWords is { } words && errors.OfWords(words) is { } said)
            throw said;
        throw IsDone
            ? errors.Nothing()
            : UpstreamHttp.Truncated(new EndOfStreamException("The event stream ended without [DONE] or finish reason."));
    }

    public void Dispose() => _events.Dispose();

    private bool TryReadEvent() => _events.TryRead() || (_bodyEnded && _events.TryReadLast());

    private bool Note(in ChunkFacts facts)
    {
        _hasChunks = true;
        _wentOn |= facts.HasContent && HasAllReasons;
        _hasContent |= facts.HasContent;
        _finished.Add(facts.FinishedChoices);
        return true;
    }
}
