using StreamActors.Protocol;
using StreamActors.Server.Http.Ollama;

namespace StreamActors.Server.Http;

/// <summary>What a chat request's body says, checked.</summary>
/// <param name="Body">UTF-8 JSON, unchanged.</param>
/// <param name="Model">The model named, or null.</param>
/// <param name="Prompt">The short form's text, or null where there are messages.</param>
/// <param name="Stream">Whether the answer is to be streamed.</param>
/// <param name="Choices">How many answers are wanted.</param>
internal sealed record ChatBody(ReadOnlyMemory<byte> Body, string? Model, string? Prompt, bool Stream, int Choices)
{
    /// <summary>What it is a request for.</summary>
    public RequestKind Kind { get; init; }

    /// <summary>Fields that say in Ollama's words what others say too: for backends that are an Ollama, and for no others.</summary>
    public IReadOnlyCollection<string> OllamaFields { get; init; } = [];

    /// <summary>Set where there is no prompt: what a model is to do.</summary>
    public OllamaLoad? Load { get; init; }
}
