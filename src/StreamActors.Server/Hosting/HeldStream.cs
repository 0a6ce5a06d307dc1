namespace StreamActors.Server.Hosting;

/// <summary>
/// Keeps events until they are to be written together, and while the file takes none: up to a bound, beyond which whole events are left out and
/// counted. What is kept is written when the file takes it again, so that no line is ever torn and none stands there twice.
/// </summary>
/// <param name="file">Where it goes. Each flush ends an event. What it took and could not flush it keeps; what it did not take it takes again at the same place.</param>
/// <param name="watch">Is told how writing goes.</param>
internal sealed class HeldStream(Stream file, LogFileWatch watch) : Stream
{
    /// <summary>Bytes that are kept.</summary>
    public const int Most = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly MemoryStream _held = new(Most);

    /// <summary>Where the last complete event ends.</summary>
    private int _whole;

    /// <summary>How far the file has flushed.</summary>
    private int _written;

    /// <summary>How far the file has taken it.</summary>
    private int _taken;

    private bool _closed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Release()
    {
        lock (_gate)
        {
            // At the end it is closed, and thereby written, before it is told to.
            if (!_closed)
                TryWrite();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
            _held.Write(buffer);
    }

    public override void Flush()
    {
        lock (_gate)
        {
            var before = _whole;
            _whole = (int)_held.Length;
            if (_whole < Most || TryWrite() || _whole == before || _taken > before)
                return;
            _held.SetLength(_whole = before);
            watch.LeftOut(1);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (disposing && !_closed)
            {
                _closed = true;
                Close(!TryWrite());
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>Only what is complete: half an event is not shown.</summary>
    private bool TryWrite()
    {
        try
        {
            while (_written < _whole)
            {
                if (_taken == _written)
                {
                    file.Write(_held.GetBuffer().AsSpan(_written, _whole - _written));
                    _taken = _whole;
                }

                file.Flush();
                _written = _taken;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            watch.Failed(failure.Message);
            return false;
        }

        var rest = (int)_held.Length - _whole;
        _held.GetBuffer().AsSpan(_whole, rest).CopyTo(_held.GetBuffer());
        _held.SetLength(rest);
        _whole = _written = _taken = 0;
        watch.Succeeded();
        return true;
    }

    private void Close(bool isLost)
    {
        try
        {
            file.Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            watch.Failed(failure.Message);
        }

        if (isLost)
            watch.LeftOut(_held.GetBuffer().AsSpan(_written, (int)_held.Length - _written).Count((byte)'\n'));
    }
}
