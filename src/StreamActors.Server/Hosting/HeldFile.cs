using System.Text;
using Serilog.Sinks.File;

namespace StreamActors.Server.Hosting;

/// <summary>Holds back what the file sink flushes after each event, until it is to go out. For one thread.</summary>
internal sealed class HeldFile : FileLifecycleHooks
{
    private Held? _file;

    /// <summary>Writes what is held back.</summary>
    public void Release() => _file?.Release();

    public override Stream OnFileOpened(Stream underlyingStream, Encoding encoding) => _file = new Held(underlyingStream);

    private sealed class Held(Stream file) : Stream
    {
        private readonly MemoryStream _held = new(64 * 1024);
        private bool _closed;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Release()
        {
            // At the end it is closed, and thereby written, before it is told to.
            if (_closed)
                return;
            file.Write(_held.GetBuffer().AsSpan(0, (int)_held.Length));
            _held.SetLength(0);
            file.Flush();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_held.Length + buffer.Length > _held.Capacity)
                Release();
            if (buffer.Length > _held.Capacity)
                file.Write(buffer);
            else
                _held.Write(buffer);
        }

        public override void Flush()
        {
            // Not yet.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_closed)
            {
                Release();
                _closed = true;
                file.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
