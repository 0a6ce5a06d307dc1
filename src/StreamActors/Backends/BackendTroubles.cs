using System.Collections.Concurrent;
using Serilog;
using StreamActors.Telemetry;

namespace StreamActors.Backends;

/// <summary>What a backend was asked for.</summary>
public enum BackendQuestion
{
    /// <summary>The answer to a prompt, or to another request of a caller.</summary>
    Prompt,
    /// <summary>The list of its models.</summary>
    Models,
}

/// <summary>
/// What the operator can mend at each backend: the last cause of a failure, until the same question was answered. Each cause is written to the
/// log once until then, as a warning: <c>backend_trouble backend= cause=</c>.
/// </summary>
/// <param name="log">Where to; null: nowhere.</param>
public sealed class BackendTroubles(ILogger? log = null)
{
    private const int MaxLogged = 500;

    private readonly ConcurrentDictionary<string, BackendTrouble> _byBackend = new(StringComparer.Ordinal);

    /// <summary>The last cause for which the backend could not answer, or null. What concerns prompts comes before what concerns the list.</summary>
    public string? CauseOf(string backend) => _byBackend.GetValueOrDefault(backend)?.Cause;

    /// <summary>A question was not answered. A failure without a cause for the operator changes nothing.</summary>
    public void Failed(string backend, BackendQuestion question, Exception failure)
    {
        if (failure is not BackendException { Cause: { } cause } known)
            return;
        if (_byBackend.GetOrAdd(backend, _ => new BackendTrouble()).Add(question, cause, known.Reason))
            log?.Warning("backend_trouble backend={backend} cause={cause}", LogValue.Safe(backend), LogValue.Safe(cause, MaxLogged));
    }

    /// <summary>
    /// A question was answered. A list proves that the backend can be reached, and no more: a cause for which prompts are refused
    /// stands until a prompt is answered.
    /// </summary>
    public void Succeeded(string backend, BackendQuestion question)
    {
        if (_byBackend.TryGetValue(backend, out var trouble))
            trouble.Clear(question);
    }
}
