using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace StreamActors.Ops.Client;

/// <summary>Sends operators' commands to a server.</summary>
internal sealed class OperatorClient : IDisposable
{
    /// <summary>Longer than any stop may take: the longest grace is a minute, and the server has its margins.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(80);

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(3);

    /// <summary>What lacks something is not this server's answer.</summary>
    private static readonly JsonSerializerOptions SnakeCase = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly ServerPlace _place;
    private readonly HttpClient _http;

    public OperatorClient(ServerPlace place)
    {
        _place = place;
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = ConnectWithin };
        // On this machine a certificate proves no more than plain HTTP does, and one for the server's public name never fits 127.0.0.1.
        if (place.Url.IsLoopback)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        _http = new HttpClient(handler) { BaseAddress = place.Url, Timeout = Patience };
    }

    public Uri Url => _place.Url;

    /// <summary>The answer to a command.</summary>
    /// <exception cref="OperatorException">There is none, or it is a refusal.</exception>
    public async Task<T> AskAsync<T>(string command, string? target, int? limit, CancellationToken cancellation) =>
        Read<T>(await AskAsync(command, target, limit, cancellation)) ?? throw NotOurs();

    /// <summary>The answer to a command as it came.</summary>
    /// <exception cref="OperatorException">There is none, or it is a refusal.</exception>
    public async Task<string> AskAsync(string command, string? target, int? limit, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/v1/commands");
        request.Content = JsonContent.Create(new { command, target, limit = limit ?? 1000, user = Environment.UserName }, options: SnakeCase);
        if (_place.ReadKey() is { Length: > 0 } key && AuthenticationHeaderValue.TryParse($"Bearer {key}", out var authorization))
            request.Headers.Authorization = authorization;
        try
        {
            using var answer = await _http.SendAsync(request, cancellation);
            // JSON is UTF-8, whatever a header says.
            var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellation));
            if (!answer.IsSuccessStatusCode)
                throw Refused(answer.StatusCode, text);
            return Read<JsonElement>(text).ValueKind == JsonValueKind.Object ? text : throw NotOurs();
        }
        catch (HttpRequestException failure)
        {
            throw Unreachable(failure.HttpRequestError == HttpRequestError.ConnectionError ? "" : $" ({failure.HttpRequestError})");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable(" (no answer in time)");
        }
    }

    public void Dispose() => _http.Dispose();

    private OperatorException NotOurs() =>
        new($"{Url} answers, but not as a StreamActors server does; is it of another version?", ExitCodes.Unreachable);

    private OperatorException Refused(HttpStatusCode status, string text)
    {
        var message = Read<ErrorAnswer>(text)?.Error?.Message;
        return message is null
            ? new OperatorException($"{Url} answers {(int)status}, but not as a StreamActors server does.", ExitCodes.Unreachable)
            : new OperatorException(Shown.Clean(message), status == HttpStatusCode.BadRequest ? ExitCodes.Usage : ExitCodes.Refused, text);
    }

    private OperatorException Unreachable(string why) => new(
        $"No server can be reached at {Url}{why}. Start it with '{_place.Invocation.Server}', or say where it is with --url.", ExitCodes.Unreachable);

    private static T? Read<T>(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, SnakeCase);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
