using StreamActors.Backends;

namespace StreamActors.Server.Http.Ollama;

/// <summary>Prompts as Ollama's clients send them: <c>/api/chat</c> and <c>/api/generate</c>.</summary>
internal sealed class OllamaFront : IChatFront
{
    public static readonly OllamaFront Chat = new(generate: false);
    public static readonly OllamaFront Generate = new(generate: true);

    private const int MaxNamed = 100;

    private readonly bool _generate;

    private OllamaFront(bool generate) => _generate = generate;

    public ChatBody Read(ReadOnlyMemory<byte> body) =>
        ChatRequestReader.Check(body, (_, root) => new OllamaRequest(root).Translate(_generate));

    /// <summary>An unknown model is refused in Ollama's words, by which its clients know that they may pull it.</summary>
    public async Task<ModelRoute> RouteAsync(CallerModels models, string? model, CancellationToken cancellation)
    {
        if (await models.ResolveAsync(model, cancellation) is { } route)
            return route;
        var unknown = models.Explain(model);
        var isMissing = unknown.Error.Status == StatusCodes.Status404NotFound && model is { Length: > 0 and <= MaxNamed };
        throw isMissing ? new ApiException(unknown.Error with { Message = $"model '{model}' not found" }) : unknown;
    }

    public IAnswerFormat Format(bool stream, string model, TimeProvider time) => new OllamaFormat(_generate, stream, model, time);
}
