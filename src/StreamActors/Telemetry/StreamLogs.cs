namespace StreamActors.Telemetry;

/// <summary>Hands each stream event to every log, in the order in which they were registered.</summary>
public sealed class StreamLogs(IEnumerable<IStreamLog> logs) : IStreamLog
{
    private readonly IStreamLog[] _logs = [.. logs];

    /// <inheritdoc/>
    public void Write(StreamEvent @event)
    {
        foreach (var log in _logs)
            log.Write(@event);
    }
}
