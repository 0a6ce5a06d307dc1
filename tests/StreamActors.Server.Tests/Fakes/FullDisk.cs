namespace StreamActors.Server.Tests.Fakes;

/// <summary>
/// A file on a disk with so much room. As the framework's files do, it keeps small writes until they are flushed, writes large ones at once, and after a
/// write that failed goes on at the same place, whatever the disk took of it.
/// </summary>
internal sealed class FullDisk : Stream
{
    private const int BufferBytes = 4096;
    private readonly MemoryStream _disk = new();
    private readonly MemoryStream _buffer = new();
    private int _position;

    /// <summary>How many bytes the disk holds at most.</summary>
    public int Room { get; set; } = int.MaxValue;

    public string Text => System.Text.Encoding.UTF8.GetString(_disk.ToArray());

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (_buffer.Length == 0 && count >= BufferBytes)
            ToDisk(buffer.AsSpan(offset, count));
        else
            _buffer.Write(buffer, offset, count);
    }

    public override void Flush()
    {
        ToDisk(_buffer.ToArray());
        _buffer.SetLength(0);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing) => Flush();

    private void ToDisk(ReadOnlySpan<byte> bytes)
    {
        _disk.Position = _position;
        _disk.Write(bytes[..Math.Clamp(Room - _position, 0, bytes.Length)]);
        if (_position + bytes.Length > Room)
            throw new IOException("No space left on device");
        _position += bytes.Length;
    }
}
