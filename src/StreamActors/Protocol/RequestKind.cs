namespace StreamActors.Protocol;

/// <summary>Which request a body is.</summary>
public enum RequestKind
{
    /// <summary>A chat completion.</summary>
    Chat,
    /// <summary>A completion of plain text, as it was before chats.</summary>
    Completion,
    /// <summary>Embeddings: one object, never streamed, of no session.</summary>
    Embeddings,
    /// <summary>A model is to be loaded, or let go of, without a prompt: Ollama's own, of no session.</summary>
    Load,
}
