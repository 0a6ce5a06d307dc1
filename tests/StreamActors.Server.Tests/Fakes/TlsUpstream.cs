using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace StreamActors.Server.Tests.Fakes;

/// <summary>A model server that shows a certificate and answers every request with an empty list of models, or as the test says.</summary>
internal sealed class TlsUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SslStreamCertificateContext _shown;
    private readonly Task _accepting;
    private int _requests;

    /// <param name="certificate">Its own, with its key.</param>
    /// <param name="above">What it sends along.</param>
    public TlsUpstream(X509Certificate2 certificate, params X509Certificate2[] above)
    {
        _shown = SslStreamCertificateContext.Create(certificate, [.. above], offline: true);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where set, the second request of a connection gets this, and the connection is closed.</summary>
    public byte[]? LastWords { get; set; }

    /// <summary>How many requests have come.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _shown }, _stop.Token);
            for (var asked = 1; await UpstreamRequest.ReadAsync(tls, _stop.Token) is not null; asked++)
            {
                Interlocked.Increment(ref _requests);
                if (asked > 1 && LastWords is { } words)
                {
                    await tls.WriteAsync(words, _stop.Token);
                    return;
                }

                await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"data\":[]}"u8.ToArray(), _stop.Token);
            }
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or OperationCanceledException)
        {
            // The other side did not like it, or it was stopped.
        }
    }
}
