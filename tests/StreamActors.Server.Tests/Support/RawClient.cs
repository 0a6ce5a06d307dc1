using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace StreamActors.Server.Tests.Support;

/// <summary>A client that is only a socket: sees the very bytes of an answer and how its connection ended.</summary>
public sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly TcpClient _tcp = new() { NoDelay = true };
    private readonly MemoryStream _received = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    private Stream _stream = null!;

    private RawClient()
    {
    }

    /// <summary>The version that its requests name.</summary>
    public string HttpVersion { get; init; } = "1.1";

    /// <summary>The connection ended with a reset, so far as anything was read since.</summary>
    public bool WasReset { get; private set; }

    /// <summary>What has come so far, as text.</summary>
    public string Received => Encoding.UTF8.GetString(_received.GetBuffer(), 0, (int)_received.Length);

    /// <summary>The other end of the connection. Ask while this one is open.</summary>
    public ServerSocket Server => new((IPEndPoint)_tcp.Client.RemoteEndPoint!, (IPEndPoint)_tcp.Client.LocalEndPoint!);

    public static Task<RawClient> ConnectAsync(TestServer server, string version = "1.1") => ConnectAsync(server.Address, version);

    public static async Task<RawClient> ConnectAsync(Uri server, string version = "1.1")
    {
        var client = new RawClient { HttpVersion = version };
        await client._tcp.ConnectAsync(server.Host, server.Port);
        client._stream = client._tcp.GetStream();
        if (server.Scheme == Uri.UriSchemeHttps)
            await client.SecureAsync(server.Host);
        return client;
    }

    /// <summary>Connects and sends a chat request.</summary>
    public static async Task<RawClient> PostChatAsync(TestServer server, string body, string? session = null)
    {
        var client = await ConnectAsync(server);
        await client.PostAsync("/v1/chat/completions", body, session is null ? "" : $"X-Session-Id: {session}\r\n");
        return client;
    }

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task PostAsync(string path, string body, string headers = "") => SendAsync(
        $"POST {path} HTTP/{HttpVersion}\r\nHost: localhost\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>Reads until the text has come.</summary>
    public async Task ReadUntilAsync(string text)
    {
        using var bound = new CancellationTokenSource(Patience);
        while (!Received.Contains(text, StringComparison.Ordinal))
        {
            if (!await ReadAsync(bound.Token))
                throw new EndOfStreamException($"The connection ended before '{text}' came: {Received}");
        }
    }

    /// <summary>Reads one whole answer: to its proper end, or to the end of the connection.</summary>
    public async Task<RawAnswer> ReadAnswerAsync()
    {
        using var bound = new CancellationTokenSource(Patience);
        while (true)
        {
            if (RawAnswer.Parse(_received.GetBuffer().AsSpan(0, (int)_received.Length)) is { Finished: true } answer)
                return answer;
            if (!await ReadAsync(bound.Token))
                break;
        }

        return RawAnswer.Parse(_received.GetBuffer().AsSpan(0, (int)_received.Length))
            ?? throw new EndOfStreamException("The connection ended before a head came.");
    }

    /// <summary>Reads to the end of the connection.</summary>
    public async Task ReadToEndAsync()
    {
        using var bound = new CancellationTokenSource(Patience);
        while (await ReadAsync(bound.Token))
        {
            // All of it stays in what was received.
        }
    }

    /// <summary>Reads one answer that another one may follow, and forgets it.</summary>
    public async Task<RawAnswer> ReadNextAnswerAsync()
    {
        var answer = await ReadAnswerAsync();
        var rest = _received.ToArray().AsSpan(answer.Finished ? answer.Length : (int)_received.Length).ToArray();
        _received.SetLength(0);
        _received.Write(rest);
        return answer;
    }

    /// <summary>Reads one byte; false at the end of the connection.</summary>
    public async Task<bool> ReadByteAsync()
    {
        using var bound = new CancellationTokenSource(Patience);
        return await ReadAsync(1, bound.Token);
    }

    /// <summary>Sends no more, and reads on.</summary>
    public void HalfClose() => _tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset, whatever is unread.</summary>
    public void Reset()
    {
        _tcp.LingerState = new LingerOption(enable: true, seconds: 0);
        _tcp.Dispose();
    }

    /// <summary>Closes with a FIN, or a reset where data is unread.</summary>
    public void Dispose() => _tcp.Dispose();

    private async Task SecureAsync(string host)
    {
        using var bound = new CancellationTokenSource(Patience);
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = (_, certificate, _, _) => TestCertificate.IsIt(certificate) },
            bound.Token);
    }

    private Task<bool> ReadAsync(CancellationToken bound) => ReadAsync(_buffer.Length, bound);

    private async Task<bool> ReadAsync(int most, CancellationToken bound)
    {
        try
        {
            var read = await _stream.ReadAsync(_buffer.AsMemory(0, most), bound);
            _received.Write(_buffer, 0, read);
            return read > 0;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Not within {Patience}; so far: {(Received.Length > 1000 ? Received[..1000] : Received)}");
        }
        catch (IOException failure)
        {
            WasReset = failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset };
            return false;
        }
    }
}
