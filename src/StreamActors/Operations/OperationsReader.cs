using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Sessions;

namespace StreamActors.Operations;

/// <summary>What operators see, and whom they mean. Looks only; waits for nobody.</summary>
internal sealed class OperationsReader(OperationsResources resources)
{
    private const int FewestDigits = 6;

    public OperationsReply.SessionList Sessions(int most)
    {
        var all = resources.Directory.All;
        return new OperationsReply.SessionList(
            [.. all.OrderBy(v => v.Phase == SessionPhase.Idle).ThenBy(v => v.Key.Owner, StringComparer.Ordinal).ThenBy(v => v.Key.Id, StringComparer.Ordinal).Take(most)],
            all.Count);
    }

    public OperationsReply.SessionList Streams(int most)
    {
        var running = resources.Directory.All.Where(v => v.Trace is not null).ToList();
        return new OperationsReply.SessionList([.. running.OrderBy(v => v.Started).Take(most)], running.Count);
    }

    public OperationsReply.Figures Figures()
    {
        var figures = resources.Statistics.Read();
        var minute = figures.LastMinute;
        var sessions = resources.Directory.All;
        var running = sessions.Sum(v => v.SinceFirstToken is { } since ? minute.Share(v.Tokens ?? 0, since) : 0);
        return new OperationsReply.Figures(
            figures, sessions.Count, figures.Tokens + sessions.Sum(v => v.Tokens ?? 0),
            (minute.Tokens + running) / minute.Over.TotalSeconds, Drain(figures.Running));
    }

    public OperationsReply.DrainState Drain() => Drain(resources.Statistics.Read().Running);

    public OperationsReply.BackendList Backends(IReadOnlyDictionary<string, BackendReach> reach) => new(
    [
        .. from backend in resources.Backends.All
           let load = resources.Backends.LoadOf(backend.Name)
           orderby backend.Name
           select new BackendView(
               backend.Name, load.Options.Type?.ToString(), reach.GetValueOrDefault(backend.Name) is { State: not ReachState.Unreachable }, load.Counters,
               load.Options.MaxConcurrent, load.MaxDetached),
    ]);

    /// <summary>The session that is meant.</summary>
    /// <param name="target"><c>owner/id</c>, or the id where only one owner has it.</param>
    /// <param name="refused">Says why the answer is null.</param>
    public SessionKey? Session(string target, out OperationsReply.Refused? refused)
    {
        refused = null;
        // An id holds no slash, whatever the owner's name holds.
        if (target.LastIndexOf('/') is >= 0 and var slash)
            return new SessionKey(target[..slash], target[(slash + 1)..]);
        var named = resources.Directory.All.Where(v => v.Key.Id == target).Select(v => v.Key).ToList();
        refused = named.Count switch
        {
            0 => NoSession(),
            1 => null,
            _ => new OperationsReply.Refused(
                Refusal.Ambiguous, $"Several owners have such a session; say which: {string.Join(", ", named.Select(Name).Order(StringComparer.Ordinal))}."),
        };
        return refused is null ? named[0] : null;
    }

    /// <summary>The stream that is meant.</summary>
    /// <param name="target">Its trace, or of one that lives six of its first digits or more.</param>
    /// <param name="refused">Says why the answer is null.</param>
    public (SessionKey Session, TraceId Trace)? Stream(string target, out OperationsReply.Refused? refused)
    {
        refused = null;
        if (TraceId.TryParse(target, out var trace) && resources.SessionOf(trace) is { } session)
            return (session, trace);
        var begun = target.Length < FewestDigits ? [] : resources.Directory.All
            .SelectMany(v => new[] { v.Trace, v.Waiting }.OfType<TraceId>().Select(t => (v.Key, Trace: t)))
            .Where(s => s.Trace.Value.StartsWith(target, StringComparison.Ordinal)).ToList();
        refused = begun.Count switch
        {
            0 => new OperationsReply.Refused(Refusal.NotFound, "There is no such stream, or not lately; 'streams list' shows those that run."),
            1 => null,
            _ => new OperationsReply.Refused(Refusal.Ambiguous, $"{begun.Count} streams begin so; give more digits."),
        };
        return refused is null ? begun[0] : null;
    }

    public static OperationsReply.Refused NoSession() =>
        new(Refusal.NotFound, "There is no such live session; 'sessions list' shows those there are.");

    /// <summary>How operators name a session.</summary>
    public static string Name(SessionKey key) => $"{key.Owner}/{key.Id}";

    private OperationsReply.DrainState Drain(long running) => new(resources.Drain.On, resources.Drain.Stopping, running);
}
