using StreamActors.Backends.Upstream;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// Reads another stream for the event parser. Refuses to go on when too many bytes have come without an event ending: memory
/// stays bounded. Gives every line end as LF: the parser would hold back an event that ends with CR until the next byte came.
/// </summary>
internal sealed class EventLimitStream(Stream inner) : Stream
{
    /// <summary>The most bytes that may come for one event.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private int _sinceEvent;
    private bool _afterCr;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>An event has ended; the count starts again.</summary>
    public void EventEnded() => _sinceEvent = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_sinceEvent > MaxBytes)
            throw UpstreamHttp.NotTheProtocol("an event of more than 4 MiB");
        int read, kept;
        do
        {
            read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            kept = EndLinesWithLf(buffer.Span[..read]);
        }
        while (kept == 0 && read > 0);
        _sinceEvent += kept;
        return kept;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>CR becomes LF, the LF of a CRLF is left out, in place.</summary>
    /// <returns>How many bytes there are now.</returns>
    private int EndLinesWithLf(Span<byte> bytes)
    {
        if (!_afterCr && !bytes.Contains((byte)'\r'))
            return bytes.Length;
        var kept = 0;
        foreach (var one in bytes)
        {
            if (!(_afterCr && one == '\n'))
                bytes[kept++] = one == '\r' ? (byte)'\n' : one;
            _afterCr = one == '\r';
        }

        return kept;
    }
}
