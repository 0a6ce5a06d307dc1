namespace StreamActors.Protocol;

/// <summary>Which of OpenAI's requests a body is.</summary>
public enum RequestKind
{
    /// <summary>A chat completion.</summary>
    Chat,
    /// <summary>A completion of plain text, as it was before chats.</summary>
    Completion,
    /// <summary>Embeddings: one object, never streamed, of no session.</summary>
    Embeddings,
}
