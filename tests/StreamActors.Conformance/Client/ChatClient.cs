using System.Net.Sockets;
using System.Text.Json;

namespace StreamActors.Conformance.Client;

/// <summary>A client of the server under test: a connection for each request, HTTP/1.1, no retries.</summary>
internal sealed class ChatClient(ConformanceOptions options) : IDisposable
{
    private const int SmallestBuffer = 4096;

    private readonly HttpClient _http = Make(options, receiveBuffer: null);
    private readonly HttpClient _narrow = Make(options, SmallestBuffer);

    /// <summary>Sent with each request; null: none.</summary>
    public string? Model { get; set; } = options.Model;

    /// <summary>Sends a prompt and reads its answer.</summary>
    public Exchange Send(string session, Prompt prompt, bool stream, CancellationToken run) =>
        new(_http, sent => Message(session, prompt, stream, sent), stream, reads: true, run);

    /// <summary>Sends a prompt and reads nothing of its answer.</summary>
    public Exchange SendUnread(string session, Prompt prompt, CancellationToken run) =>
        new(_narrow, sent => Message(session, prompt, stream: true, sent), stream: true, reads: false, run);

    /// <summary>A page of the API as an object; null where it is none, or the server does not give it.</summary>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<JsonElement?> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(path, cancellation);
        if (!answer.IsSuccessStatusCode)
            return null;
        try
        {
            var page = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellation)).RootElement;
            return page.ValueKind == JsonValueKind.Object ? page : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _narrow.Dispose();
    }

    private HttpRequestMessage Message(string session, Prompt prompt, bool stream, Action<long> sent)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "chat/completions") { Content = new RequestBody(Model, prompt, stream, sent) };
        message.Headers.TryAddWithoutValidation(options.SessionHeader, session);
        return message;
    }

    private static HttpClient Make(ConformanceOptions options, int? receiveBuffer)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseDrainSize = 0,
            ConnectCallback = (context, cancellation) => ConnectAsync(context, receiveBuffer, cancellation),
        };
        var http = new HttpClient(handler)
        {
            BaseAddress = options.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = BoundedBody.MaxBytes,
        };
        if (options.Key is not null)
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {options.Key}");
        return http;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, int? receiveBuffer, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Before it connects, or the window has been agreed on already.
            if (receiveBuffer is { } bytes)
                socket.ReceiveBufferSize = bytes;
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
