using System.Buffers;
using System.IO.Pipelines;

namespace StreamActors.Streaming;

/// <summary>
/// A response's body from before its status and headers are committed: until then bytes are held back, so that an early failure can still have
/// its own status. Used by one writer at a time.
/// </summary>
/// <param name="endpoint">The connection.</param>
internal sealed class HeldBody(IResponseEndpoint endpoint)
{
    private const int Most = 16 * 1024;

    private ArrayBufferWriter<byte>? _held;
    private volatile IReadOnlyList<KeyValuePair<string, string>> _headers = [];

    /// <summary>The body's writer once status and headers are committed, else null. For any thread.</summary>
    public PipeWriter? Writer { get; private set; }

    /// <summary>Headers for a successful answer; without effect once it has begun. For any thread.</summary>
    public void Offer(IReadOnlyList<KeyValuePair<string, string>> headers) => _headers = headers;

    /// <summary>Holds bytes back. False: there is no more room for them.</summary>
    public bool TryHold(ReadOnlySpan<byte> bytes)
    {
        _held ??= new ArrayBufferWriter<byte>(512);
        if (_held.WrittenCount + bytes.Length > Most)
            return false;
        _held.Write(bytes);
        return true;
    }

    /// <summary>Commits status and headers and writes what was held back, where that has not been done yet.</summary>
    public PipeWriter Begin()
    {
        if (Writer is null)
        {
            Writer = endpoint.Begin(_headers);
            if (_held is not null)
                Writer.Write(_held.WrittenSpan);
            _held = null;
        }

        return Writer;
    }
}
