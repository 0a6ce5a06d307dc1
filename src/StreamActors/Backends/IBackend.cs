using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>A model server, or something that answers like one.</summary>
public interface IBackend
{
    /// <summary>The configured name.</summary>
    string Name { get; }

    /// <summary>
    /// Whether its code may hold a thread while it waits. Such code runs on threads of its own, at some cost for each chunk.
    /// Only what is asynchronous throughout, down to its callbacks on the token, may say no.
    /// </summary>
    bool MayBlock => true;

    /// <summary>Whether it takes requests of that kind.</summary>
    bool Offers(RequestKind kind) => kind == RequestKind.Chat;

    /// <summary>Refuses what it can never answer, before anything is started or ended for it.</summary>
    /// <exception cref="BackendException">The caller's fault; it names the field.</exception>
    void Check(ChatRequest request)
    {
    }

    /// <summary>
    /// Asks the model. The request is sent by the first step of the enumeration.
    /// <para>
    /// <b>The cancellation duty:</b> when the token is cancelled, whatever is awaited (connecting, headers, a byte) must end
    /// at once, and by the time the enumerator's <c>DisposeAsync</c> returns the connection to the model must be closed: the next
    /// prompt starts on that proof. A backend that does not keep it is detached after the grace: nothing it yields reaches anybody.
    /// </para>
    /// </summary>
    /// <returns>
    /// Streaming: one chunk object after another, without the closing <c>[DONE]</c>. Not streaming: one completion object.
    /// A normal end of the enumeration means that the model finished; everything else is thrown.
    /// </returns>
    /// <exception cref="BackendException">The model server could not be reached, refused, broke the protocol or stopped early.</exception>
    IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, CancellationToken cancellation);

    /// <summary>The models it serves, and what is known of each. The caller bounds the wait.</summary>
    /// <exception cref="BackendException">It cannot be asked now; with a status: it answers, but with something else than a list.</exception>
    Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation);
}
