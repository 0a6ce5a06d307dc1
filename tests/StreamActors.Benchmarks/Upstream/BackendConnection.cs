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

    /// <summary>Sends; what the socket does not take goes out before the next piece.</summary>
    public void Send(byte[] bytes)
    {
        var all = _unsent.Length == 0 ? bytes : [.. _unsent, .. bytes];
        var sent = Socket.Send(all, SocketFlags.None, out var error);
        _unsent = error is SocketError.Success or SocketError.WouldBlock && sent < all.Length ? all[sent..] : [];
    }
}
