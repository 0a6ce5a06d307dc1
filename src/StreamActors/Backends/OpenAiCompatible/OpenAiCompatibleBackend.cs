using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>
/// A model server with OpenAI's chat completions over HTTP. Request and chunks pass through unaltered; cancelling the token
/// closes the connection to the server.
/// </summary>
public sealed class OpenAiCompatibleBackend : IBackend, IDisposable
{
    /// <summary>Carries the trace, by which a model server's log can be read beside this one's; vLLM and others note it.</summary>
    public const string RequestIdHeader = "X-Request-ID";

    private readonly HttpClient _http;

    /// <param name="name">The configured name.</param>
    /// <param name="options">Address, key and connect timeout.</param>
    public OpenAiCompatibleBackend(string name, BackendOptions options)
    {
        Name = name;
        _http = UpstreamHttp.CreateClient(options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool MayBlock => false;

    /// <inheritdoc/>
    public bool Offers(RequestKind kind) => true;

    /// <inheritdoc/>
    public async IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, PathOf(request.Kind));
        message.Content = new ReadOnlyMemoryContent(request.Body);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (request.Trace is { } trace)
            message.Headers.Add(RequestIdHeader, trace.Value);
        using var response = await UpstreamHttp.SendAsync(_http, message, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw await UpstreamErrors.OfAsync(response, cancellation).ConfigureAwait(false);

        var chunks = request.Stream
            ? EventStreamReader.ReadAsync(response, request.Choices, cancellation)
            : CompletionReader.ReadAsync(response, cancellation);
        await foreach (var chunk in chunks.ConfigureAwait(false))
            yield return chunk;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListModelsAsync(CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "models");
        using var response = await UpstreamHttp.SendAsync(_http, message, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw await UpstreamErrors.OfAsync(response, cancellation).ConfigureAwait(false);

        var body = await CompletionReader.ReadBodyAsync(response, cancellation).ConfigureAwait(false);
        using var list = JsonDocument.Parse(body);
        return
        [
            .. list.RootElement.GetProperty("data").EnumerateArray()
                .Select(model => model.GetProperty("id").GetString())
                .OfType<string>(),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string PathOf(RequestKind kind) => kind switch
    {
        RequestKind.Completion => "completions",
        RequestKind.Embeddings => "embeddings",
        _ => "chat/completions",
    };
}
