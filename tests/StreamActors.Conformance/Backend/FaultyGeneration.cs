using System.Text;

namespace StreamActors.Conformance.Backend;

/// <summary>
/// An answer that begins well and goes wrong where the prompt asked for it. One that is not streamed knows two places: before
/// its head, and in the middle of its body.
/// </summary>
internal sealed class FaultyGeneration : Generation
{
    private const int HugeEventBytes = 10 * 1024 * 1024;
    private const int LeastPause = 10_000;

    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();
    private static readonly Lazy<byte[]> HugeContent = new(() => [.. Enumerable.Repeat((byte)'x', HugeEventBytes)]);

    private readonly Generation _good;
    private readonly byte[] _event;
    private bool _headSent;
    private int _dripped;

    public FaultyGeneration(ChatRequest chat, long id, int connection, long due)
        : base(chat, connection, due)
    {
        _event = chat.Dialect.Content("dripped"u8);
        Complete = false;
        _good = chat.Stream ? new StreamedGeneration(chat, id, connection, due) : new WholeGeneration(chat, id, connection, due);
    }

    private Fault Fault => Chat.Directives.Fault;

    private long Pause => Math.Max(LeastPause, Chat.Directives.Delay * 1000L);

    /// <summary>Goes on well until the moment of the fault. Most faults need a head, whatever was asked for.</summary>
    public override byte[] NextPiece(long now)
    {
        var needsHead = Fault is not (Fault.Reset or Fault.Close or Fault.HalfClose or Fault.Stall);
        var early = Chat.Directives.At == Directives.BeforeHead && !needsHead;
        if (!early && !Chat.Stream)
        {
            return Break(_headSent ? [] : FirstHalf(now), now);
        }

        if (early || (_headSent && TokensSent >= Math.Min(Chat.Directives.At, Chat.Directives.Tokens)))
        {
            return Break([], now);
        }

        _headSent = true;
        var piece = _good.NextPiece(now);
        (TokensSent, Due) = (_good.TokensSent, _good.Due);
        return piece;
    }

    private byte[] FirstHalf(long now)
    {
        _headSent = true;
        var whole = _good.NextPiece(now);
        return whole[..(whole.Length / 2)];
    }

    private byte[] Break(byte[] before, long now)
    {
        Due = now + Pause;
        switch (Fault)
        {
            case Fault.Stall:
                Stalled = true;
                return before;
            case Fault.HalfClose:
                (Stalled, Farewell) = (true, Farewell.HalfClose);
                return before;
            case Fault.Reset:
                (Finished, Farewell) = (true, Farewell.Reset);
                return before;
            case Fault.Close:
                (Finished, Farewell) = (true, Farewell.Close);
                return TokensSent > 0 ? Chunk(_event.AsSpan(0, _event.Length / 2)) : before;
            case Fault.Comments:
                return Chunk(Chat.Dialect.Comment);
            case Fault.Empty:
                return Chunk(Chat.Dialect.Empty);
            case Fault.Drip:
                return Chunk(_event.AsSpan(_dripped++ % (_event.Length - 2), 1));
            case Fault.Garbage:
                return End(Chunk(Chat.Dialect.Garbage));
            case Fault.Error:
                return End(Chunk(Chat.Dialect.Error));
            case Fault.HugeEvent:
                return End(Chunk(Chat.Dialect.Content(HugeContent.Value)));
            case Fault.BadUtf8:
                return End(Chunk(Chat.Dialect.Content([0xC3, 0x28])));
            default:
                return End([]);
        }
    }

    private byte[] End(byte[] piece)
    {
        Finished = true;
        return [.. piece, .. LastChunk];
    }

    private static byte[] Chunk(string data) => Chunk(Encoding.ASCII.GetBytes(data));

    private static byte[] Chunk(ReadOnlySpan<byte> data) => [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];
}
