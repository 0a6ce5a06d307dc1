using System.IO.Pipelines;

namespace StreamActors.Server.Http;

/// <summary>
/// What HTTP sends on one connection, on its way to the transport. Counts the bytes, since the transport does not say how much of them it
/// has handed to the kernel; and can keep the end to itself, since the transport makes a FIN of it.
/// </summary>
/// <param name="transport">The transport's own writer.</param>
internal sealed class CountedOutput(PipeWriter transport) : PipeWriter
{
    private long _taken;
    private long _flushed;

    /// <summary>How many bytes the transport has been given to send.</summary>
    public long Flushed => Volatile.Read(ref _flushed);

    /// <summary>Its end does not reach the transport: the connection is reset and not closed.</summary>
    public bool KeepsEnd { get; set; }

    public override bool CanGetUnflushedBytes => transport.CanGetUnflushedBytes;

    public override long UnflushedBytes => transport.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => transport.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => transport.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        _taken += bytes;
        transport.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _flushed, _taken);
        return transport.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        _taken += source.Length;
        Volatile.Write(ref _flushed, _taken);
        return transport.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => transport.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (!KeepsEnd)
            transport.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null) => KeepsEnd ? default : transport.CompleteAsync(exception);
}
