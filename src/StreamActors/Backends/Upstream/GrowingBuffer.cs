using System.Buffers;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// The bytes of a body that are not yet done with. It doubles as bytes come, never for what a header promises, and is small again when
/// what was large is done with.
/// </summary>
internal sealed class GrowingBuffer : IDisposable
{
    private const int Small = 4096;
    private const int Big = 256 * 1024;

    /// <summary>Larger ones are left to the garbage collector: a pool would keep them.</summary>
    private const int MostPooled = 1024 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Small);

    /// <summary>Up to here bytes have come.</summary>
    public int End { get; private set; }

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Free => _bytes.AsMemory(End);

    /// <summary>The bytes from a place on.</summary>
    public ReadOnlySpan<byte> From(int start) => _bytes.AsSpan(start, End - start);

    /// <summary>Some of the bytes; valid until <see cref="MakeRoom"/>.</summary>
    public ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.AsMemory(start, length);

    /// <summary>That many bytes have come.</summary>
    public void Added(int count) => End += count;

    /// <summary>Makes <see cref="Free"/> more than nothing.</summary>
    /// <param name="kept">What stands before is done with.</param>
    /// <returns>By how many bytes everything has moved to the front.</returns>
    public int MakeRoom(int kept)
    {
        var length = End - kept;
        if (_bytes.Length > Big && length <= Small / 2)
            Move(kept, length, Small);
        else if (length == 0)
            End = 0;
        else if (End < _bytes.Length)
            return 0;
        else if (kept >= _bytes.Length / 2)
            Move(kept, length, _bytes.Length);
        else
            Move(kept, length, (int)Math.Min(_bytes.Length * 2L, Array.MaxLength));
        return kept;
    }

    public void Dispose()
    {
        GiveBack();
        (_bytes, End) = ([], 0);
    }

    private void Move(int kept, int length, int size)
    {
        var bytes = size == _bytes.Length ? _bytes
            : size <= MostPooled ? ArrayPool<byte>.Shared.Rent(size)
            : GC.AllocateUninitializedArray<byte>(size);
        _bytes.AsSpan(kept, length).CopyTo(bytes);
        if (bytes != _bytes)
            GiveBack();
        (_bytes, End) = (bytes, length);
    }

    private void GiveBack()
    {
        if (_bytes.Length is > 0 and <= MostPooled)
            ArrayPool<byte>.Shared.Return(_bytes);
    }
}
