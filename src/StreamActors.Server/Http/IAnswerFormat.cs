using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Server.Http;

/// <summary>How one answer is written in the protocol that it was asked for in: its chunks and its last words.</summary>
internal interface IAnswerFormat
{
    /// <summary>What the chunks become.</summary>
    IChunkFormat Chunks { get; }

    string ContentType { get; }

    /// <summary>The body comes piece by piece; nobody on the way may keep it.</summary>
    bool Streamed { get; }

    /// <summary>The last words of an answer that the model finished. They alone say that it is complete.</summary>
    ReadOnlyMemory<byte> Completed();

    /// <summary>The last words of an answer whose connection is cut after them.</summary>
    ReadOnlyMemory<byte> Cut(ApiError error, TraceId trace);
}
