using StreamActors.Conformance.Backend;

namespace StreamActors.Conformance.Checks;

/// <summary>What the order of the model server's events says of its sessions.</summary>
internal static class Overlaps
{
    /// <summary>How often a request came while another of its session was live.</summary>
    public static int In(IEnumerable<RecordedEvent> events)
    {
        var live = new Dictionary<string, int>();
        var overlaps = 0;
        foreach (var e in WithoutUnstarted([.. events.Where(e => e.Event != "first_token")]))
        {
            var others = live.GetValueOrDefault(e.Session);
            overlaps += e.Event == "accept" && others > 0 ? 1 : 0;
            live[e.Session] = others + (e.Event == "accept" ? 1 : -1);
        }

        return overlaps;
    }

    /// <summary>A request that was closed before it could be started is booked in one moment, and was never live.</summary>
    private static IEnumerable<RecordedEvent> WithoutUnstarted(IReadOnlyList<RecordedEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            var (e, next) = (events[i], events.ElementAtOrDefault(i + 1));
            if (e.Event == "accept" && next.Event == "abort" && (next.Connection, next.Microseconds) == (e.Connection, e.Microseconds))
                i++;
            else
                yield return e;
        }
    }
}
