using System.Net.Sockets;

namespace StreamActors.Conformance.Backend;

/// <summary>One client connection: its non-blocking socket, its buffers and the answer in progress.</summary>
internal sealed class Connection(Socket socket, int number)
{
    private const int InitialInput = 4096;
    private const int MaxInput = 16 * 1024 * 1024;

    private readonly RequestParser _parser = new();
    private byte[] _input = new byte[InitialInput];
    private int _inputLength;
    private ReadOnlyMemory<byte> _unsent;

    public Socket Socket { get; } = socket;

    public int Number { get; } = number;

    /// <summary>The answer being generated, or null.</summary>
    public Generation? Live { get; set; }

    /// <summary>Whether the peer has closed, half-closed or reset the connection.</summary>
    public bool PeerClosed { get; private set; }

    public bool CloseWhenSent { get; set; }

    public bool HasUnsent => !_unsent.IsEmpty;

    public bool CanServe => Live is null && !HasUnsent && !CloseWhenSent;

    /// <summary>Reads everything the socket holds; input beyond the buffer limit counts as a close.</summary>
    public void Receive()
    {
        while (!PeerClosed)
        {
            if (_inputLength == _input.Length)
            {
                if (_inputLength >= MaxInput)
                {
                    PeerClosed = true;
                    return;
                }

                Array.Resize(ref _input, _input.Length * 2);
            }

            var read = Socket.Receive(_input.AsSpan(_inputLength), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            PeerClosed = error != SocketError.Success || read == 0;
            _inputLength += read;
        }
    }

    public HttpRequest? TakeRequest()
    {
        if (_inputLength == 0)
        {
            return null;
        }

        var request = _parser.TryParse(_input.AsSpan(0, _inputLength), out var consumed);
        if (request is not null)
        {
            Discard(consumed);
        }
        else if (_parser.AwaitsContinue)
        {
            _parser.ContinueSent();
            Send("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
        }

        return request;
    }

    /// <summary>Sends as much as the socket takes and keeps the rest; nothing may be unsent before.</summary>
    public void Send(byte[] bytes)
    {
        _unsent = bytes;
        Flush();
    }

    public void Flush()
    {
        while (HasUnsent && !PeerClosed)
        {
            var sent = Socket.Send(_unsent.Span, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            PeerClosed = error != SocketError.Success;
            _unsent = _unsent[sent..];
        }
    }

    /// <summary>Leaves it as a fault asks for; a reset happens when the socket is disposed.</summary>
    public void Leave(Farewell farewell)
    {
        if (farewell == Farewell.HalfClose)
        {
            try
            {
                Socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The peer was first; the next read sees it.
            }
        }
        else if (farewell != Farewell.KeepAlive)
        {
            CloseWhenSent = true;
            Socket.LingerState = new LingerOption(enable: farewell == Farewell.Reset, seconds: 0);
        }
    }

    private void Discard(int count)
    {
        var rest = _input.AsSpan(count, _inputLength - count);
        var target = _input.Length > 64 * 1024 ? new byte[Math.Max(InitialInput, rest.Length)] : _input;
        rest.CopyTo(target);
        _input = target;
        _inputLength = rest.Length;
    }
}
