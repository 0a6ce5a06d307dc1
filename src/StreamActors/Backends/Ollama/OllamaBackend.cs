using System.Runtime.CompilerServices;
using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>
/// An Ollama by its own <c>/api/chat</c>: OpenAI's request is translated for it, each line of its answer back into a chunk object.
/// Cancelling the token closes the connection, whatever is awaited.
/// </summary>
public sealed class OllamaBackend : IBackend, IOllamaModels, IDisposable
{
    private readonly HttpClient _http;
    private readonly BackendOptions _options;
    private readonly TimeProvider _time;
    private readonly AnswerLimits _limits;

    /// <param name="name">The configured name.</param>
    /// <param name="options">Address, key, connect timeout, and what requests mean that say nothing of context, thinking and keeping loaded.</param>
    /// <param name="time">For the moment an answer was made.</param>
    public OllamaBackend(string name, BackendOptions options, TimeProvider time)
    {
        (Name, _options, _time, _limits) = (name, options, time, AnswerLimits.Of(name, options));
        _http = UpstreamClient.Create(name, options.Url ?? OllamaSettings.DefaultUrl, UpstreamProtocol.Ollama, options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool MayBlock => false;

    /// <inheritdoc/>
    public bool Offers(RequestKind kind) => kind is RequestKind.Chat or RequestKind.Embeddings or RequestKind.Load;

    /// <inheritdoc/>
    public void Check(ChatRequest request) => OllamaRequest.Write(request, _options);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (request.Kind == RequestKind.Load)
        {
            var load = OllamaRequest.WriteLoad(request, _options);
            yield return new Chunk(await AskAsync(UpstreamHttp.Prompt("api/generate", load, request), cancellation).ConfigureAwait(false), default);
            yield break;
        }

        if (request.Kind == RequestKind.Embeddings)
        {
            yield return await EmbedAsync(request, cancellation).ConfigureAwait(false);
            yield break;
        }

        var prompt = OllamaRequest.Write(request, _options);
        using var message = UpstreamHttp.Prompt("api/chat", prompt.Json, request);
        var errors = new AnswerErrors(Name, callersKey: false, () => UpstreamSecrets.Of(_http, message));
        var chunks = new OllamaChunks(request.Model, request.Trace ?? TraceId.New(), _time.GetUtcNow(), prompt.IncludeUsage || !request.Stream, errors);
        using var response = await UpstreamHttp.AskAsync(_http, message, cancellation).ConfigureAwait(false);
        if (AllowanceHeaders.Of(response) is { Count: > 0 } headers)
            yield return Chunk.OfHeaders(headers);
        if (request.Stream)
        {
            await foreach (var chunk in OllamaAnswer.ReadAsync(response, chunks, _limits, cancellation).ConfigureAwait(false))
                yield return chunk;
        }
        else
        {
            var body = await UpstreamBody.ReadAsync(response, _limits, cancellation).ConfigureAwait(false);
            yield return OllamaLines.Are(body.Span) ? OllamaLines.Together(body, chunks, _limits) : chunks.Completion(body);
        }
    }

    /// <summary>The models that are there. Their context is as long as the settings say: what a model could have is not what Ollama gives it.</summary>
    public async Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation)
    {
        var models = await ModelsQuestion.AskAsync(_http, "api/tags", Name, cancellation).ConfigureAwait(false);
        return _options.NumCtx is { } length ? [.. models.Select(m => m with { ContextLength = length })] : models;
    }

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> ShowAsync(string model, bool verbose, CancellationToken cancellation) =>
        AskAsync(UpstreamHttp.Prompt("api/show", JsonSerializer.SerializeToUtf8Bytes(new { model, verbose }), request: null), cancellation);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> ListLoadedAsync(CancellationToken cancellation) =>
        AskAsync(UpstreamHttp.Question("api/ps"), cancellation);

    private async Task<Chunk> EmbedAsync(ChatRequest request, CancellationToken cancellation)
    {
        var (json, inBase64) = OllamaEmbeddings.Write(request, _options);
        using var message = UpstreamHttp.Prompt("api/embed", json, request);
        using var response = await UpstreamHttp.AskAsync(_http, message, cancellation).ConfigureAwait(false);
        var body = await UpstreamBody.ReadAsync(response, _limits, cancellation).ConfigureAwait(false);
        return OllamaEmbeddings.Read(body, request.Model, inBase64, new AnswerErrors(Name, callersKey: false, () => UpstreamSecrets.Of(_http, message)));
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        using (message)
        {
            using var response = await UpstreamHttp.AskAsync(_http, message, cancellation).ConfigureAwait(false);
            return await UpstreamBody.ReadAsync(response, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
