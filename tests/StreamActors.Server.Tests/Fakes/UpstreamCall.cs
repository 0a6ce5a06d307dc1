using System.Net.Sockets;
using System.Text;

namespace StreamActors.Server.Tests.Fakes;

/// <summary>One request that a <see cref="RawUpstream"/> has taken, and the means to answer it byte by byte.</summary>
public sealed class UpstreamCall(UpstreamRequest request, Socket socket, Task closed)
{
    private bool _chunked;

    /// <summary>Request line and headers.</summary>
    public string Head => request.Head;

    public byte[] BodyBytes => request.Body;

    public string Body => Encoding.UTF8.GetString(request.Body);

    /// <summary>Completes when the client has closed the connection, in whatever way.</summary>
    public Task Closed => closed;

    /// <summary>Whether the client's close has arrived at this socket, also where no reader has been woken by it yet.</summary>
    public bool HasClosed
    {
        get
        {
            try
            {
                return closed.IsCompleted || socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception failure) when (IsClosed(failure))
            {
                return true;
            }
        }
    }

    /// <summary>Whether this is how a send fails when the other side has closed.</summary>
    public static bool IsClosed(Exception failure) => failure is SocketException or ObjectDisposedException;

    /// <summary>Sends bytes as they are, in one send.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent));
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends the head of an event stream, chunked or ended by the close of the connection.</summary>
    public Task BeginEventsAsync(bool chunked = true) => BeginAsync("text/event-stream", chunked);

    /// <summary>Sends the head of an Ollama's answer.</summary>
    public Task BeginLinesAsync(bool chunked = true) => BeginAsync("application/x-ndjson", chunked);

    /// <summary>Sends a part of the body in one send, framed as the head said.</summary>
    public Task WriteAsync(byte[] bytes) => SendAsync(
        _chunked ? [.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8] : bytes);

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends one event.</summary>
    public Task EventAsync(string data) => WriteAsync($"data: {data}\n\n");

    /// <summary>Sends one line.</summary>
    public Task LineAsync(string json) => WriteAsync(json + "\n");

    /// <summary>Ends the body properly.</summary>
    /// <param name="behind">What follows a chunked one in the same send: a request that goes out between the two could not tell it from its own answer.</param>
    public Task EndAsync(string behind = "") => _chunked ? SendAsync("0\r\n\r\n" + behind) : CloseAsync();

    /// <summary>Sends a whole answer with its length.</summary>
    public Task AnswerAsync(string status, string body, string type = "application/json", string headers = "")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return SendAsync([.. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{headers}Content-Length: {bytes.Length}\r\n\r\n"), .. bytes]);
    }

    /// <summary>Closes the connection in order.</summary>
    public Task CloseAsync() => Close(() => socket.Shutdown(SocketShutdown.Send));

    /// <summary>Says that nothing more comes, and reads on.</summary>
    public Task HalfCloseAsync()
    {
        socket.Shutdown(SocketShutdown.Send);
        return Task.CompletedTask;
    }

    /// <summary>Resets the connection.</summary>
    public Task ResetAsync() => Close(() => socket.LingerState = new LingerOption(enable: true, seconds: 0));

    private Task BeginAsync(string type, bool chunked)
    {
        _chunked = chunked;
        return SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\n"
            + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Connection: close\r\n\r\n"));
    }

    private Task Close(Action prepare)
    {
        try
        {
            prepare();
            socket.Close();
        }
        catch (Exception failure) when (IsClosed(failure))
        {
            // The other side was first.
        }

        return Task.CompletedTask;
    }
}
