using System.Text.Json.Serialization;

namespace StreamActors.Soak.Upstream;

/// <summary>The books of the instrumented model server.</summary>
/// <param name="Live">Requests being answered now.</param>
/// <param name="Accepted">Requests that reached it.</param>
/// <param name="Ended">Those it answered to the end.</param>
/// <param name="Aborted">Those whose connection was closed before.</param>
/// <param name="Failed">Those it ended itself in a fault that the prompt asked for.</param>
/// <param name="Overlaps">How often a request came while another of the same session was live.</param>
/// <param name="MaxLivePerSession">The most that were live at once in one session.</param>
/// <param name="OpenConnections">Connections open now, that of the asker among them.</param>
/// <param name="Events">What happened, in this order.</param>
public sealed record UpstreamRecord(
    long Live,
    long Accepted,
    long Ended,
    long Aborted,
    long Failed,
    long Overlaps,
    int MaxLivePerSession,
    int OpenConnections,
    IReadOnlyList<UpstreamEvent> Events)
{
    /// <summary>The events of each session with their positions in the record, which order those of one microsecond, too.</summary>
    public ILookup<string, (UpstreamEvent Event, int Position)> BySession() =>
        Events.Select((e, position) => (Event: e, Position: position)).ToLookup(e => e.Event.Session);
}

/// <summary>One entry.</summary>
/// <param name="Microseconds">Of the machine's monotonic clock, which <see cref="Clock"/> reads too.</param>
/// <param name="Event"><c>accept</c>, <c>first_token</c>, <c>end</c>, <c>abort</c> (by the peer) or
/// <c>fail</c> (by itself, as a fault asked for).</param>
/// <param name="Session">As the prompt's directive said.</param>
/// <param name="Prompt">As the prompt's directive said.</param>
/// <param name="Trace">As the request's <c>X-Request-ID</c> said.</param>
/// <param name="Tokens">Sent so far.</param>
/// <param name="Connection">Which connection.</param>
public sealed record UpstreamEvent(
    [property: JsonPropertyName("t_us")] long Microseconds,
    string Event,
    string Session,
    string Prompt,
    string Trace,
    int Tokens,
    int Connection);
