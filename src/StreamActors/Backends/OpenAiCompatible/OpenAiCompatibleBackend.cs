using System.Net.Http.Headers;
using Serilog;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// A model server with OpenAI's chat completions over HTTP. Request and chunks pass through unaltered; cancelling the token
/// closes the connection to the server.
/// </summary>
public sealed class OpenAiCompatibleBackend : IBackend, IDisposable
{
    private readonly HttpClient _http;
    private readonly bool _passCallerKey;
    private readonly AnswerLimits _limits;
    private readonly ILogger? _log;

    /// <param name="name">The configured name.</param>
    /// <param name="options">Address, whose key, and connect timeout.</param>
    /// <param name="time">Its clock; null: the system's.</param>
    /// <param name="log">For notes at debug level; null: none.</param>
    public OpenAiCompatibleBackend(string name, BackendOptions options, TimeProvider? time = null, ILogger? log = null)
    {
        Name = name;
        _limits = AnswerLimits.Of(name, options) with { Time = time ?? TimeProvider.System };
        _log = log;
        _passCallerKey = options.PassCallerKey;
        _http = UpstreamClient.Create(name, options.Url!, UpstreamProtocol.OpenAi, options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool MayBlock => false;

    /// <inheritdoc/>
    public bool Offers(RequestKind kind) => kind is RequestKind.Chat or RequestKind.Completion or RequestKind.Embeddings;

    /// <inheritdoc/>
    public IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, CancellationToken cancellation)
    {
        var message = UpstreamHttp.Prompt(PathOf(request.Kind), request.Body, request);
        if (_passCallerKey && request.CallerKey is { } key)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Reveal());
        return request.Stream
            ? new EventStreamAnswer(_http, message, request, ErrorsOf(message), _limits, cancellation)
            : CompletionReader.ReadAsync(_http, message, request, ErrorsOf(message), _limits, cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation) =>
        ModelsQuestion.AskAsync(_http, "models", Name, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private AnswerErrors ErrorsOf(HttpRequestMessage message) => new(Name, callersKey: message.Headers.Authorization is not null, () => UpstreamSecrets.Of(_http, message)) { Log = _log };

    private static string PathOf(RequestKind kind) => kind switch
    {
        RequestKind.Completion => "completions",
        RequestKind.Embeddings => "embeddings",
        _ => "chat/completions",
    };
}
