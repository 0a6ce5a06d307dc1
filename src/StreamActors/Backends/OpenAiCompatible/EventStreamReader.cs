using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// Reads a streamed answer: server-sent events, each an OpenAI chunk object, passed on as it came. Comments are not content.
/// It is complete when the server said <c>[DONE]</c>, or closed properly after a finish reason for every choice.
/// </summary>
internal sealed class EventStreamReader
{
    private static readonly TimeSpan AfterDone = TimeSpan.FromMilliseconds(50);

    private readonly int _choices;
    private byte[] _json = new byte[512];
    private bool _done;
    private bool _closing;
    private UInt128 _finished;

    private EventStreamReader(int choices) => _choices = choices;

    /// <summary>The chunks; each is valid until the next is asked for.</summary>
    public static async IAsyncEnumerable<Chunk> ReadAsync(
        HttpResponseMessage response, int choices, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType == "application/json")
            throw UpstreamHttp.NotTheProtocol("one JSON object where an event stream was asked for");

        var reader = new EventStreamReader(choices);
        using var afterDone = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var limited = new EventLimitStream(body);
        var events = SseParser.Create(limited, (type, data) =>
        {
            limited.EventEnded();
            return reader.Parse(type, data);
        });
        await using var enumerator = events.EnumerateAsync(afterDone.Token).ConfigureAwait(false).GetAsyncEnumerator();
        while (await reader.MoveNextAsync(enumerator).ConfigureAwait(false))
        {
            if (enumerator.Current.Data is { } chunk)
            {
                yield return chunk;
            }
            else if (!reader._closing)
            {
                reader._closing = true;
                afterDone.CancelAfter(AfterDone);
            }
        }
    }

    private async ValueTask<bool> MoveNextAsync(ConfiguredCancelableAsyncEnumerable<SseItem<Chunk?>>.Enumerator events)
    {
        try
        {
            if (await events.MoveNextAsync())
                return true;
        }
        catch (Exception) when (_done)
        {
            // Said [DONE] and then kept its connection open, closed it rudely or sent something more: the answer is whole.
            return false;
        }
        catch (IOException failure)
        {
            throw UpstreamHttp.Truncated(failure);
        }

        if (!_done && UInt128.PopCount(_finished) < (UInt128)_choices)
            throw UpstreamHttp.Truncated(new EndOfStreamException("The event stream ended without [DONE] or finish reason."));
        return false;
    }

    /// <summary>One event's payload as a chunk; null for <c>[DONE]</c>.</summary>
    private Chunk? Parse(string eventType, ReadOnlySpan<byte> data)
    {
        if (_done)
            return null;
        if (data.Trim((byte)' ').SequenceEqual("[DONE]"u8))
        {
            _done = true;
            return null;
        }

        if (eventType == "error")
            throw new BackendException(EndReason.BackendError, "The backend sent an error event in its answer.");
        var facts = ChunkScanner.Scan(data);
        _finished |= facts.FinishedChoices;
        if (data.Length > _json.Length)
            _json = new byte[Math.Max(data.Length, _json.Length * 2)];
        data.CopyTo(_json);
        return new Chunk(_json.AsMemory(0, data.Length), facts, eventType == SseParser.EventTypeDefault ? null : eventType);
    }
}
