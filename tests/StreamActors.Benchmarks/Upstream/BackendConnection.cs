using System.Net.Sockets;
using StreamActors.Conformance.Backend;

namespace StreamActors.Benchmarks.Upstream;

/// <summary>A gateway's connection to the model server and the answer under way on it.</summary>
internal sealed class BackendConnection(Socket socket, int slot)
{
    private const int MaxInput = 1024 * 1024;

    private readonly RequestParser _parser = new();
    private byte[] _input = new byte[1024];
    private int _length;
    private byte[] _unsent = [];

    public Socket Socket { get; } = socket;

    public int Slot { get; } = slot;

    /// <summary>What is being answered, or null.</summary>
    public Order? Live { get; set; }

    /// <summary>How many of its tokens have been sent.</summary>
    public int Sent { get; set; }

    /// <summary>When the next piece is due. Also tells a stale entry in the queue of what is due.</summary>
    public long Due { get; set; }

    /// <summary>Takes what has come.</summary>
    /// <returns>Whether the connection is still open.</returns>
    public bool Receive()
    {
        if (_length == _input.Length)
            Array.Resize(ref _input, _input.Length * 2);
        var read = Socket.Receive(_input.AsSpan(_length), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return true;
        _length += read;
        return error == SocketError.Success && read > 0 && _length <= MaxInput;
    }

    /// <summary>The next request that is there whole, or null.</summary>
    /// <exception cref="BadRequestException">It is none.</exception>
    public HttpRequest? TakeRequest()
    {
        if (_length == 0)
            return null;
        var request = _parser.TryParse(_input.AsSpan(0, _length), out var consumed);
        if (request is null)
            return null;
        _input.AsSpan(consumed, _length - consumed).CopyTo(_input);
        _length -= consumed;
        return request;
    }

    /// <summary>Sends a piece, after all that was sent before.</summary>
    /// <returns>Whether the socket took it whole; if not, <see cref="Flush"/> sends the rest.</returns>
    public bool Send(byte[] bytes)
    {
        var sent = Socket.Send(bytes, SocketFlags.None, out var error);
        // What a socket in error does not take is lost anyway; the next read sees the error.
        if (error is SocketError.Success or SocketError.WouldBlock && sent < bytes.Length)
            _unsent = bytes[sent..];
        return _unsent.Length == 0;
    }

    /// <summary>Sends the rest of the last piece, if there is one.</summary>
    /// <returns>Whether none is left.</returns>
    public bool Flush()
    {
        if (_unsent.Length == 0)
            return true;
        var rest = _unsent;
        _unsent = [];
        return Send(rest);
    }

    /// <summary>Sends a page and waits until it is taken; only while no answer is under way, since everything waits.</summary>
    public void SendPage(byte[] bytes)
    {
        Socket.Blocking = true;
        Socket.Send(bytes, SocketFlags.None, out _);
        Socket.Blocking = false;
    }
}
