namespace StreamActors.Backends.Upstream;

/// <summary>
/// A connection as HTTP sees it, decrypted where it is. It passes everything on as it is and keeps two figures, by which is known whether a request that
/// failed went over a connection that had answered before, and whether a byte came back.
/// <para>
/// No read is looked into. A connection that is taken out of the pool has a read pending when the request is written (an empty one that wakes a real one, where it was
/// idle for a while). One that goes from its last request straight to one that waits for it has none: there the first read follows. What ends the connection without a
/// byte ends that read, and none follows; a first byte makes the client read on.
/// </para>
/// </summary>
/// <param name="inner">Sends and receives.</param>
/// <param name="handles">Told when it is closed; null: none are counted.</param>
internal sealed class UpstreamConnection(Stream inner, UpstreamHandles? handles = null) : Stream
{
    private const int Idle = 0;
    private const int Busy = 1;
    private const int GaveWay = 2;

    private const int Kind = 3;
    private const int Empty = 1;
    private const int One = Kind + 1;

    /// <summary>
    /// Real reads begun, four times, and of what kind the last read is: an empty one (1), a real one that an empty one has woken (2), or any other (0). One word, since the
    /// pending read may go on while the request is written.
    /// </summary>
    private int _reads;
    private UpstreamAttempt? _reader;
    private int _requests;
    private UpstreamAttempt? _attempt;
    private int _use;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override bool CanTimeout => inner.CanTimeout;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>How many real reads have begun.</summary>
    public int Reads => Volatile.Read(ref _reads) / One;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Count(buffer.Length);
        return inner.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        Count(buffer.Length);
        return inner.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin();
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Begin();
        inner.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>
    /// Whether it is idle in its pool, and now for good: no request is written to it any more. Its pool reads an idle connection with an empty buffer about once a second, and before
    /// it hands one out.
    /// </summary>
    public bool TryGiveWay() =>
        (Volatile.Read(ref _reads) & Kind) == Empty && Interlocked.CompareExchange(ref _use, GaveWay, Idle) == Idle;

    public override async ValueTask DisposeAsync()
    {
        handles?.Forget(this);
        await inner.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            handles?.Forget(this);
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Count(int length)
    {
        if (length == 0)
            Interlocked.CompareExchange(ref _use, Idle, Busy);
        if (UpstreamAttempt.Current is { } attempt)
            _reader = attempt;
        var reads = _reads;
        Volatile.Write(ref _reads, length == 0 ? (reads & ~Kind) + Empty : (reads & ~Kind) + One + ((reads & Empty) << 1));
    }

    /// <summary>The first bytes of a request are written.</summary>
    /// <exception cref="IOException">It has given way: as with one that its server has closed, the request goes out over another.</exception>
    private void Begin()
    {
        if (UpstreamAttempt.Current is { } attempt && !ReferenceEquals(attempt, _attempt))
            Begin(attempt);
        if (Interlocked.CompareExchange(ref _use, Busy, Idle) == GaveWay)
            throw new IOException("The connection was closed while it was idle.");
    }

    private void Begin(UpstreamAttempt attempt)
    {
        _attempt = attempt;
        var reads = Volatile.Read(ref _reads);
        var isPending = (reads & Kind) == Empty << 1 || ((reads & Kind) == 0 && ReferenceEquals(attempt, _reader));
        attempt.GoesOver(this, isReused: _requests++ > 0, readsAllowed: (reads / One) + (isPending ? 0 : 1));
    }
}
