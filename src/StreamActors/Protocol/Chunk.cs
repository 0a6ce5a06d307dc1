namespace StreamActors.Protocol;

/// <summary>
/// One piece of an answer as a backend yields it. Streaming: the UTF-8 of one OpenAI <c>chat.completion.chunk</c> object;
/// not streaming: of the one <c>chat.completion</c> object. One that neither carries a part of the answer nor
/// finishes a choice (a role, a usage report) renews no deadline.
/// </summary>
/// <param name="Json">UTF-8, without framing; valid until the backend is asked for the next chunk.</param>
/// <param name="Facts">What the pump needs to know of it.</param>
/// <param name="EventType">The event name where the backend sent one, else null.</param>
public readonly record struct Chunk(ReadOnlyMemory<byte> Json, ChunkFacts Facts, string? EventType = null)
{
    /// <summary>
    /// Headers for the response, in place of JSON: only a chunk before all others has them, as soon as the backend has said them. They are
    /// lost where the response has begun before.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Headers { get; init; }

    /// <summary>A chunk that is headers, and nothing of the answer.</summary>
    public static Chunk OfHeaders(IReadOnlyList<KeyValuePair<string, string>> headers) => new(default, default) { Headers = headers };
}

/// <summary>What the pump needs to know of a chunk without reading it again.</summary>
/// <param name="HasContent">It carries a part of the answer: text, reasoning, a tool call, a refusal.</param>
/// <param name="FinishedChoices">Which choices say that they are finished.</param>
/// <param name="CompletionTokens">The backend's own count of the answer's tokens so far, where it gives one.</param>
public readonly record struct ChunkFacts(bool HasContent, ChoiceSet FinishedChoices = default, long? CompletionTokens = null);
