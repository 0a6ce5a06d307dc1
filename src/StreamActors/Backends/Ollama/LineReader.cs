using StreamActors.Backends.Upstream;

namespace StreamActors.Backends.Ollama;

/// <summary>Reads a body line by line. No byte is looked at twice, and a line has at most 4 MiB.</summary>
internal sealed class LineReader(Stream body)
{
    /// <summary>The most bytes of one line.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _searched;
    private int _end;

    /// <summary>The line that was read last, without its end; valid until the next is asked for.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>The body ended in the middle of the line.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Waits for the next line; false at the end of the body.</summary>
    /// <exception cref="BackendException">The line is too long.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        int length;
        while ((length = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n')) < 0)
        {
            _searched = _end;
            if (_end - _start > MaxBytes)
                throw UpstreamHttp.NotTheProtocol("a line of more than 4 MiB");
            MakeRoom();
            var read = await body.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                IsCut = true;
                Take(_end, _end);
                return !Line.IsEmpty;
            }

            _end += read;
        }

        Take(_searched + length, _searched + length + 1);
        return true;
    }

    private void Take(int end, int next)
    {
        Line = _buffer.AsMemory(_start, end - _start);
        _start = _searched = next;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_searched, _end, _start) = (_searched - _start, _end - _start, 0);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
    }
}
