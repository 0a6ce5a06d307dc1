using System.Diagnostics;

namespace StreamActors.Protocol;

/// <summary>One prompt on its way to a backend. Pure data: it may cross nodes.</summary>
/// <param name="Backend">The configured name of the backend that answers.</param>
/// <param name="Model">The model's name as the caller gave it, or the default.</param>
/// <param name="Body">UTF-8 JSON of an OpenAI chat completion request with <c>model</c> and <c>messages</c>; fields that
/// this server does not know are still in it.</param>
/// <param name="Stream">True: one chunk object after another; false: one completion object.</param>
/// <param name="Choices">How many answers were asked for (<c>n</c>), at least 1.</param>
/// <param name="Trace">The stream it belongs to, told to a backend that can note it; null outside a stream.</param>
/// <param name="CallerKey">The key the caller sent, for backends that are to have it in place of their own; null: none was sent.</param>
public sealed record ChatRequest(
    string Backend, string Model, ReadOnlyMemory<byte> Body, bool Stream, int Choices = 1, TraceId? Trace = null,
    CallerKey? CallerKey = null)
{
    /// <summary>What the body is a request for; all else than a chat is only for a backend that offers it.</summary>
    public RequestKind Kind { get; init; }

    /// <summary>The caller's headers that the backend is to be sent, each once; only those its settings name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PassedHeaders { get; init; } = [];

    /// <summary>
    /// The W3C trace context that goes on to the backend: this stream's own span where it is recorded, else what the caller sent; default: none.
    /// </summary>
    public ActivityContext TraceContext { get; init; }
}
