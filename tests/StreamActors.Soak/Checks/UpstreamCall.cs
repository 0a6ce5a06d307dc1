using StreamActors.Soak.Upstream;

namespace StreamActors.Soak.Checks;

/// <summary>What a model server recorded of one stream.</summary>
/// <param name="Server">Which model server.</param>
/// <param name="Accept">That it was asked.</param>
/// <param name="AcceptPosition">Where this stands in its record.</param>
internal sealed record UpstreamCall(string Server, UpstreamEvent Accept, int AcceptPosition)
{
    /// <summary>That it was over, or null.</summary>
    public UpstreamEvent? Over { get; set; }

    public int OverPosition { get; set; } = int.MaxValue;

    public bool Ended => Over?.Event == "end";

    /// <summary>It was closed before the model server came to read it, which saw nothing but that.</summary>
    public bool NeverLive => Over is { Event: "abort" } over
        && OverPosition == AcceptPosition + 1 && over.Microseconds == Accept.Microseconds;

    /// <summary>The most tokens that can have been read of it.</summary>
    public int MostTokens => Over?.Tokens ?? 0;

    public override string ToString() =>
        $"{Accept.Trace} at {Server}: accept #{AcceptPosition} t={Accept.Microseconds}, "
        + $"{Over?.Event ?? "never over"} #{OverPosition} t={Over?.Microseconds}";

    /// <summary>The calls of all records by trace. What does not fit is a fault.</summary>
    public static Dictionary<string, UpstreamCall> Of(
        IReadOnlyDictionary<string, IReadOnlyList<UpstreamEvent>> records, Action<string> fault)
    {
        var calls = new Dictionary<string, UpstreamCall>(StringComparer.Ordinal);
        foreach (var (server, events) in records)
        {
            for (var i = 0; i < events.Count; i++)
            {
                var e = events[i];
                if (e.Event == "accept")
                {
                    if (!calls.TryAdd(e.Trace, new UpstreamCall(server, e, i)))
                        fault($"asked twice: {e}");
                }
                else if (e.Event != "first_token" && calls.TryGetValue(e.Trace, out var call))
                {
                    (call.Over, call.OverPosition) = (e, i);
                }
            }
        }

        return calls;
    }
}
