using System.Collections.Concurrent;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Sessions;

/// <summary>One live session as people may see it.</summary>
/// <param name="Key">Which session.</param>
/// <param name="Phase">What it does.</param>
/// <param name="Trace">The running stream, or null.</param>
/// <param name="Model">The running stream's model, or null.</param>
/// <param name="Started">When the running stream started, or null.</param>
/// <param name="Progress">How far the running stream has come, live, or null.</param>
/// <param name="Waiting">The prompt that waits for the running one to be over, or null.</param>
/// <param name="LastTrace">The stream that ended last, or null.</param>
/// <param name="LastEnding">How it ended, or null.</param>
public sealed record SessionView(
    SessionKey Key,
    SessionPhase Phase,
    TraceId? Trace,
    string? Model,
    DateTimeOffset? Started,
    StreamProgress? Progress,
    TraceId? Waiting,
    TraceId? LastTrace,
    StreamEnding? LastEnding)
{
    /// <summary>The running stream's backend, or null.</summary>
    public string? Backend { get; init; }

    /// <summary>Tokens of the running stream so far, or null.</summary>
    public long? Tokens => Progress?.Tokens;

    /// <summary>From the running stream's start to its first content, or null before it.</summary>
    public TimeSpan? TimeToFirstToken => Progress?.TimeToFirstToken;

    /// <summary>Since the running stream's start, or null.</summary>
    public TimeSpan? Elapsed => Progress?.Elapsed;

    /// <summary>Since the running stream's first content, or null before it.</summary>
    public TimeSpan? SinceFirstToken => TimeToFirstToken is { } first ? Progress!.Elapsed - first : null;
}

/// <summary>This node's live sessions, each published by its actor after every turn, so that looking never waits for one.</summary>
public sealed class SessionDirectory
{
    private readonly ConcurrentDictionary<SessionKey, SessionView> _views = new();

    /// <summary>How many live.</summary>
    public int Count => _views.Count;

    /// <summary>All that live, in no order. Holds up no session that shows itself meanwhile.</summary>
    public IReadOnlyCollection<SessionView> All => [.. _views.Select(v => v.Value)];

    /// <summary>The live sessions of one owner, ordered by id.</summary>
    public IReadOnlyList<SessionView> Of(string owner) =>
        [.. _views.Values.Where(v => v.Key.Owner == owner).OrderBy(v => v.Key.Id, StringComparer.Ordinal)];

    /// <summary>One live session, or null.</summary>
    public SessionView? Find(SessionKey key) => _views.GetValueOrDefault(key);

    internal void Publish(SessionView view) => _views[view.Key] = view;

    internal void Remove(SessionKey key) => _views.TryRemove(key, out _);
}
