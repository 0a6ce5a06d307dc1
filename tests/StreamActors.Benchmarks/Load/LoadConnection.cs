using System.Net.Sockets;
using StreamActors.Conformance.Backend;

namespace StreamActors.Benchmarks.Load;

/// <summary>How an answer ended for the client.</summary>
internal enum AnswerEnd
{
    /// <summary>To its end, with status 200.</summary>
    Complete,
    /// <summary>To its end, with another status.</summary>
    Refused,
    /// <summary>The connection ended before the answer.</summary>
    Cut,
}

/// <summary>What a load does when something comes.</summary>
internal interface ILoad
{
    /// <summary>A token came.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="sent">When the model server sent it, in monotonic microseconds.</param>
    /// <param name="now">When it came.</param>
    void Token(LoadConnection connection, long sent, long now);

    /// <summary>An answer ended. After a cut the connection is closed already.</summary>
    void Ended(LoadConnection connection, AnswerEnd end, long now);
}

/// <summary>One client connection.</summary>
internal sealed class LoadConnection
{
    private readonly LoadLoop _loop;
    private readonly ILoad _load;
    private readonly AnswerReader _answers;
    private long _now;

    public LoadConnection(LoadLoop loop, ILoad load, Socket socket, int slot)
    {
        (_loop, _load, Socket, Slot) = (loop, load, socket, slot);
        _answers = new AnswerReader(Token);
    }

    public Socket Socket { get; }

    public int Slot { get; }

    /// <summary>Which of the load's clients it serves.</summary>
    public int Client { get; init; }

    /// <summary>Which of the client's prompts was asked last.</summary>
    public int Prompt { get; private set; }

    /// <summary>When that was, in monotonic microseconds.</summary>
    public long Asked { get; private set; }

    /// <summary>How many tokens its answer has had.</summary>
    public int Tokens { get; private set; }

    /// <summary>Whether an answer is awaited or under way.</summary>
    public bool Busy { get; private set; }

    public bool Closed { get; private set; }

    /// <summary>The status of its last answer.</summary>
    public int Status => _answers.Status;

    /// <summary>Sends a request.</summary>
    public void Ask(ReadOnlySpan<byte> request, int prompt = 0)
    {
        (Prompt, Tokens, Busy) = (prompt, 0, true);
        Asked = MonotonicClock.Microseconds;
        // A request is far smaller than a socket's buffer: it is taken whole, or the connection is gone and the next read says so.
        Socket.Send(request, SocketFlags.None, out _);
    }

    /// <summary>Takes what has come.</summary>
    public void Receive(byte[] buffer)
    {
        var read = Socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return;
        _now = MonotonicClock.Microseconds;
        if (error != SocketError.Success || read == 0)
        {
            var busy = Busy;
            Close();
            if (busy)
                _load.Ended(this, AnswerEnd.Cut, _now);
        }
        else if (_answers.Feed(buffer.AsSpan(0, read)))
        {
            Busy = false;
            _load.Ended(this, Status == 200 ? AnswerEnd.Complete : AnswerEnd.Refused, _now);
        }
    }

    /// <summary>Closes it with a reset, so that it leaves no port behind that waits for a minute.</summary>
    public void Close()
    {
        if (Closed)
            return;
        (Closed, Busy) = (true, false);
        Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        Socket.Dispose();
        _loop.Forget(this);
    }

    private void Token(long sent)
    {
        Tokens++;
        _load.Token(this, sent, _now);
    }
}
