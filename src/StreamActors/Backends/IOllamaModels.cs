namespace StreamActors.Backends;

/// <summary>
/// A backend that is an Ollama by its own protocol: it takes Ollama's own fields, loads models on request, and says what is known of
/// them. The caller bounds the waits.
/// </summary>
public interface IOllamaModels
{
    /// <summary>What Ollama says of a model.</summary>
    /// <returns>UTF-8 of one JSON object.</returns>
    /// <exception cref="BackendException">It cannot be asked now, or does not know the model.</exception>
    Task<ReadOnlyMemory<byte>> ShowAsync(string model, bool verbose, CancellationToken cancellation);

    /// <summary>Which models are loaded.</summary>
    /// <returns>UTF-8 of one JSON object whose <c>models</c> have a <c>name</c> each.</returns>
    /// <exception cref="BackendException">It cannot be asked now.</exception>
    Task<ReadOnlyMemory<byte>> ListLoadedAsync(CancellationToken cancellation);
}
