using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>What an object of an answer is.</summary>
internal enum ChunkNature
{
    /// <summary>A part of the answer, or a report on it.</summary>
    Chunk,
    /// <summary>Whole messages in place of parts.</summary>
    Whole,
    /// <summary>An object without a choice: it may be an error that is not marked as one.</summary>
    Other,
    /// <summary>An error, in itself or in one of its choices.</summary>
    Error,
    /// <summary>A choice says that the model was stopped before it had finished.</summary>
    GivenUp,
    /// <summary>Not one JSON object in UTF-8.</summary>
    NotJson,
}

/// <summary>What was read off an object of an answer.</summary>
/// <param name="Facts">For the pump; of what is not JSON, what stood before the fault.</param>
/// <param name="Nature">What it is.</param>
internal readonly record struct ScannedChunk(ChunkFacts Facts, ChunkNature Nature);
