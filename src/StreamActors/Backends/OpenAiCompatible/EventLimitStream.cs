namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>Reads another stream and refuses to go on when too many bytes have come without an event ending: memory stays bounded.</summary>
internal sealed class EventLimitStream(Stream inner) : Stream
{
    /// <summary>The most bytes that may come for one event.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private int _sinceEvent;

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
            throw ChunkScanner.NotTheProtocol("an event of more than 4 MiB");
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _sinceEvent += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
