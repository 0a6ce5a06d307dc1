using StreamActors.Backends.Upstream;

namespace StreamActors.Backends.Ollama;

/// <summary>Reads a body line by line. No byte is looked at twice, and a line has as many bytes as the limits say, whatever the sizes of the reads.</summary>
internal sealed class LineReader(Stream body, AnswerLimits limits) : IDisposable
{
    private readonly GrowingBuffer _bytes = new();
    private int _start;
    private int _searched;

    /// <summary>The line that was read last, without its end; valid until the next is asked for.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>The body ended in the middle of the line.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Waits for the next line; false at the end of the body.</summary>
    /// <exception cref="BackendException">The line is too long.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        int length;
        while ((length = _bytes.From(_searched).IndexOf((byte)'\n')) < 0)
        {
            _searched = _bytes.End;
            Check(_bytes.End - _start);
            var moved = _bytes.MakeRoom(_start);
            (_start, _searched) = (_start - moved, _searched - moved);
            var read = await body.ReadAsync(_bytes.Free, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                IsCut = true;
                Take(_bytes.End, _bytes.End);
                return !Line.IsEmpty;
            }

            _bytes.Added(read);
        }

        Take(_searched + length, _searched + length + 1);
        return true;
    }

    public void Dispose() => _bytes.Dispose();

    private void Take(int end, int next)
    {
        Check(end - _start);
        Line = _bytes.Slice(_start, end - _start);
        _start = _searched = next;
    }

    private void Check(int length)
    {
        if (length > limits.MaxEventBytes)
            throw limits.EventTooLarge();
    }
}
