using System.Text.Json;

namespace StreamActors.Backends;

/// <summary>A model as its server lists it.</summary>
/// <param name="Name">What requests call it.</param>
public sealed record ModelEntry(string Name)
{
    /// <summary>When it was made, in seconds since 1970; null: not said.</summary>
    public long? Created { get; init; }

    /// <summary>How many tokens a prompt and its answer may have; null: not said.</summary>
    public long? ContextLength { get; init; }

    /// <summary>What else is said of it and may be told to callers: a JSON object of at most a few KiB; null: nothing.</summary>
    public JsonElement? More { get; init; }

    /// <summary>One of which no more than the name is known.</summary>
    public static implicit operator ModelEntry(string name) => new(name);
}

/// <summary>A model, who serves it, and what is known of it.</summary>
public sealed record ListedModel(ModelRoute Route, ModelEntry Entry);
