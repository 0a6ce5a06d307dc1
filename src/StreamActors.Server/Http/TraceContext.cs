using System.Diagnostics;

namespace StreamActors.Server.Http;

/// <summary>The W3C trace context that a caller sends.</summary>
internal static class TraceContext
{
    /// <summary>What the specification asks everybody to take at least; whoever sends more loses it, not the trace.</summary>
    private const int MostState = 512;

    /// <summary>That of a request; default: it has none, or not one that is valid.</summary>
    public static ActivityContext Of(HttpRequest request)
    {
        var parent = request.Headers.TraceParent;
        if (parent.Count != 1)
            return default;
        var state = request.Headers.TraceState.ToString();
        var usable = state.Length is > 0 and <= MostState && state.All(c => c is >= ' ' and <= '~');
        return ActivityContext.TryParse(parent[0], usable ? state : null, isRemote: true, out var context) ? context : default;
    }
}
