using System.Collections.Immutable;
using StreamActors.Protocol;

namespace StreamActors.Sessions;

/// <summary>What the session does, as shown to people.</summary>
public enum SessionPhase
{
    /// <summary>Nothing runs.</summary>
    Idle,
    /// <summary>One generation runs.</summary>
    Generating,
    /// <summary>A generation was told to stop; its end is awaited, perhaps with a newer prompt waiting behind it.</summary>
    Replacing,
}

/// <summary>The generation that runs or whose end is awaited.</summary>
/// <param name="Number">Counts up from 1 in each session and is never used again.</param>
/// <param name="Prompt">What it answers.</param>
public sealed record Current(int Number, Prompt Prompt)
{
    /// <summary>The model's side is over and the ending was allowed: only the response is still being closed.</summary>
    public bool Released { get; init; }

    /// <summary>Why it was told to stop, or null while it may run on.</summary>
    public EndReason? StopReason { get; init; }

    /// <summary>The first prompt that wanted its place.</summary>
    public TraceId? SupersededBy { get; init; }

    /// <summary>Its cancellation was announced (and so must be its outcome).</summary>
    public bool CancelAnnounced { get; init; }

    /// <summary>What it reported of its end, before its termination.</summary>
    public StreamEnding? Ending { get; init; }
}

/// <summary>A prompt's place in the order of arrival.</summary>
/// <param name="Arrival">Its number; a higher one arrived later.</param>
/// <param name="Trace">Its name.</param>
public readonly record struct Arrived(long Arrival, TraceId Trace);

/// <summary>Everything a session decides by. Immutable; compared by value.</summary>
public sealed record SessionState
{
    /// <summary>A session that has done nothing yet.</summary>
    public static readonly SessionState New = new();

    /// <summary>The newest number given to a generation.</summary>
    public int LastNumber { get; init; }

    /// <summary>Runs, or is awaited to end; null: idle.</summary>
    public Current? Current { get; init; }

    /// <summary>The newest prompt, waiting for <see cref="Current"/> to be over.</summary>
    public Prompt? Next { get; init; }

    /// <summary>The prompt that arrived last of all that were taken, or null. Only what later ones are compared by: an idle session keeps no body.</summary>
    public Arrived? Newest { get; init; }

    /// <summary>Generations no longer waited for that have not ended yet.</summary>
    public ValueList<int> Detached { get; init; } = ValueList<int>.Empty;

    /// <summary>Receipts to give when <see cref="Current"/> is over.</summary>
    public ValueList<int> Tickets { get; init; } = ValueList<int>.Empty;

    /// <summary>The node takes no new prompts.</summary>
    public bool Draining { get; init; }

    /// <summary>Nothing is kept once idle: the session was ended, or belongs to one request only.</summary>
    public bool EndWhenIdle { get; init; }

    /// <summary>The state in one word.</summary>
    public SessionPhase Phase => Current switch
    {
        null => SessionPhase.Idle,
        { StopReason: null } => SessionPhase.Generating,
        _ => SessionPhase.Replacing,
    };
}

/// <summary>An immutable list that is equal to another with the same items.</summary>
public readonly struct ValueList<T>(ImmutableArray<T> items) : IEquatable<ValueList<T>>
    where T : IEquatable<T>
{
    private readonly ImmutableArray<T> _items = items;

    public static readonly ValueList<T> Empty = new([]);

    public ImmutableArray<T> Items => _items.IsDefault ? [] : _items;

    public bool IsEmpty => Items.IsEmpty;

    public ValueList<T> Add(T item) => new(Items.Add(item));

    public ValueList<T> Remove(T item) => new(Items.Remove(item));

    public bool Contains(T item) => Items.Contains(item);

    public bool Equals(ValueList<T> other) => Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    public override int GetHashCode() => Items.Aggregate(17, (hash, item) => HashCode.Combine(hash, item));
}
