using System.Collections.Concurrent;
using StreamActors.Telemetry;

namespace StreamActors.Server.Http.Board;

/// <summary>Keeps each owner's newest stream events for those who watch. Owners are configured, so there are not many.</summary>
internal sealed class BoardLog(TimeProvider time) : IStreamLog
{
    private readonly ConcurrentDictionary<string, OwnerBoard> _boards = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Write(StreamEvent @event)
    {
        if (@event.IsLogged)
            Of(@event.Session.Owner).Add(@event, time.GetUtcNow());
    }

    /// <summary>One owner's events; nobody else's are among them.</summary>
    public OwnerBoard Of(string owner) => _boards.GetOrAdd(owner, _ => new OwnerBoard());
}
